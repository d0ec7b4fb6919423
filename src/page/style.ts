// The page's style sheet. Colours are the report's: contrast is at least 4.5 for text (WCAG AA), 3 for lines.

export const pageStyle = `:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b1f27;--soft:#565e6c;--edge:#dfe3e9;--line:#7d8796;--bar:#4d83d1;--accent:#1f63c4;--on:#fff;--wrong:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#111419;--card:#1a1f27;--ink:#e8ebf0;--soft:#a5aebb;--edge:#2a313c;--line:#6d7787;--bar:#5d95e6;--accent:#8dbaff;--on:#10151d;--wrong:#ff9a90}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:62rem;margin:0 auto;padding:1.5rem 1.25rem 4rem}
h1{margin:0;font-size:clamp(1.6rem,5vw,2.2rem);line-height:1.2;letter-spacing:-.02em}
h2{margin:0;font-size:1.25rem;line-height:1.3}
p{margin:.3rem 0 .8rem}
.soft{color:var(--soft)}
.wrong{color:var(--wrong)}
.wrong::first-letter{text-transform:uppercase}
.small{font-size:.875rem}
.card{background:var(--card);border:1px solid var(--edge);border-radius:12px;padding:1.1rem 1.25rem}
.row{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
#choose{border:2px dashed var(--line);text-align:center;padding:1.6rem .8rem}
#choose .row{justify-content:center}
#choose.over{border-color:var(--accent);border-style:solid}
button,.button,select,input[type=password]{font:inherit;border-radius:8px;min-height:2.75rem;padding:.5rem .9rem;border:1px solid var(--line);background:var(--card);color:var(--ink)}
button,.button{display:inline-flex;align-items:center;cursor:pointer;background:var(--accent);border-color:var(--accent);color:var(--on);font-weight:600}
button:disabled{opacity:.55;cursor:default}
.quiet{background:var(--card);color:var(--accent);border-color:var(--line)}
.quiet[aria-pressed=true]{background:var(--accent);color:var(--on)}
input[type=password]{flex:1 1 12rem}
select{max-width:100%}
:focus-visible,input:focus-visible+label{outline:3px solid var(--accent);outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
#results{list-style:none;margin:1.25rem 0 0;padding:0;display:grid;gap:1rem}
#results>li{display:grid;grid-template-columns:minmax(0,15rem) minmax(0,1fr);gap:1.25rem;align-items:start}
.photo{position:relative;border-radius:8px;overflow:hidden;background:var(--page)}
.photo img{display:block;width:100%;height:auto;max-height:26rem;min-height:4rem;image-orientation:none}
.upright .photo img{image-orientation:from-image}
.photo p{margin:0;padding:.6rem .8rem}
.photo canvas{position:absolute;inset:0;width:100%;height:100%}
.bars{list-style:none;margin:.5rem 0 1rem;padding:0;display:grid;gap:.5rem}
.bars li{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:.75rem;font-variant-numeric:tabular-nums}
.track{grid-column:1/-1;height:.55rem;border-radius:99px;background:var(--edge);overflow:hidden}
.track span{display:block;height:100%;border-radius:99px;background:var(--bar)}
.correction{margin-top:1rem}
dialog{border:1px solid var(--edge);border-radius:12px;background:var(--card);color:var(--ink);padding:1rem;max-width:min(46rem,94vw)}
dialog::backdrop{background:rgba(0,0,0,.6)}
video{display:block;width:100%;max-height:70vh;margin-bottom:.8rem;border-radius:8px;background:#000}
@media (pointer:coarse){#drop{display:none}}
@media (max-width:40rem){main{padding-inline:1rem}#results>li{grid-template-columns:minmax(0,1fr)}.photo{width:fit-content;max-width:100%;margin:0 auto}}
`;
