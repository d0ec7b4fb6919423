// The report's style sheet: light and dark, narrow and wide screens. Contrast is at least 4.5 for text (WCAG AA), 3
// for lines.

export const style = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1b1f27;--soft:#565e6c;--rule:#dfe3e9;--edge:#dfe3e9;--train:#1f63c4;--val:#b0510a;--steps:#7493c4;--bar:#4d83d1;--accent:#1f63c4;--wrong:#b3261e;--right:#1a6e3c;--hit:31,99,196;--miss:190,70,20}
@media (prefers-color-scheme:dark){:root{--page:#111419;--card:#1a1f27;--ink:#e8ebf0;--soft:#a5aebb;--rule:#333b47;--edge:#2a313c;--train:#7db1ff;--val:#ffab5e;--steps:#6a86b3;--bar:#5d95e6;--accent:#8dbaff;--wrong:#ff9a90;--right:#7fd6a0;--hit:93,149,230;--miss:240,130,70}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main,footer,nav ul{max-width:72rem;margin:0 auto;padding:0 1.25rem}
nav{position:sticky;top:0;z-index:1;background:var(--page);border-bottom:1px solid var(--edge)}
nav ul{display:flex;gap:.25rem 1.25rem;overflow-x:auto;list-style:none;padding-block:.6rem}
nav a{color:var(--soft);text-decoration:none;font-size:.9rem;white-space:nowrap;padding:.2rem 0}
nav a:hover{color:var(--accent);text-decoration:underline}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;z-index:2;background:var(--card);color:var(--accent);padding:.4rem .8rem}
header{padding:2.2rem 0 .5rem}
.kicker{margin:0;color:var(--soft);font-size:.8rem;letter-spacing:.09em;text-transform:uppercase}
h1{margin:.1rem 0 .5rem;font-size:clamp(1.7rem,5vw,2.6rem);line-height:1.15;letter-spacing:-.02em}
h2{margin:0 0 .6rem;font-size:1.45rem;letter-spacing:-.01em;line-height:1.25}
h3{margin:1.6rem 0 .4rem;font-size:1.05rem}
p{margin:.4rem 0 .9rem;max-width:46rem}
.lead{font-size:1.1rem;color:var(--soft)}
.note{border-left:3px solid var(--val);padding:.2rem 0 .2rem .9rem}
section{padding:1.8rem 0 1rem;border-top:1px solid var(--edge);margin-top:1.6rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.8rem;margin:1.4rem 0 0}
.tiles>div,.card{background:var(--card);border:1px solid var(--edge);border-radius:10px}
.tiles>div{padding:.8rem 1rem}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0}
dd strong{display:block;font-size:1.7rem;line-height:1.25;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
dd span{color:var(--soft);font-size:.85rem;line-height:1.35;display:block}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:1rem;align-items:start}
figure{margin:0 0 1rem;padding:1rem}
figure h3{margin:0 0 .2rem}
figcaption{color:var(--soft);font-size:.9rem;margin-top:.7rem;max-width:46rem}
.chart{display:block;width:100%;height:auto}
.chart text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:0;padding:0;font-size:.85rem;color:var(--soft)}
.key{width:28px;height:10px;margin-right:.4rem;fill:none;stroke-width:2}
.key.train{stroke:var(--train)}
.key.val{stroke:var(--val);stroke-dasharray:6 4}
.key.steps{stroke:var(--steps);stroke-width:1.5}
.key.bar{stroke:var(--bar);stroke-width:9}
.key.ideal{stroke:var(--ink);stroke-dasharray:5 4}
.scroll{overflow-x:auto;margin:0 0 1.2rem;background:var(--card);border:1px solid var(--edge);border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:.7rem 1rem .3rem}
th,td{padding:.4rem 1rem;text-align:left;font-weight:400;border-top:1px solid var(--rule);overflow-wrap:normal}
thead th{color:var(--soft);font-size:.85rem;border-top:0;vertical-align:bottom}
.name{overflow-wrap:anywhere}
tbody th,td.word{min-width:6.5rem}
td.number,thead th.number{text-align:right;white-space:nowrap}
thead th.number{white-space:normal}
.share{white-space:nowrap}
.share svg{width:4.5rem;height:.5rem;margin-left:.5rem;vertical-align:middle}
.track{fill:var(--rule)}
.filled{fill:var(--bar)}
.confusion td.number{padding:2px;text-align:center}
.confusion thead th:not(:first-child){text-align:center;max-width:9rem;overflow-wrap:anywhere}
.cell{display:block;padding:.45rem .6rem;border-radius:5px;min-width:3rem}
${shades()}
.heat img{width:min(100%,640px);height:auto;image-rendering:pixelated;border:1px solid var(--rule);display:block;background:var(--page)}
.filters img{width:100%;height:auto;image-rendering:pixelated;display:block}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem;list-style:none;margin:0 0 1rem;padding:0}
.gallery p{margin:.15rem .9rem;font-size:.88rem;color:var(--soft)}
.gallery .file{margin-bottom:.8rem;font-size:.8rem}
.gallery .verdict{margin-top:.6rem;font-size:1rem;color:var(--ink)}
.mark{font-size:.75rem;font-weight:600;letter-spacing:.03em;border:1px solid;border-radius:99px;padding:.05rem .5rem;margin-right:.3rem}
.wrong .mark{color:var(--wrong)}
.right .mark{color:var(--right)}
.gallery .card{overflow:hidden}
.photos{display:grid;grid-template-columns:1fr 1fr;gap:2px;background:var(--rule)}
.photos.one{grid-template-columns:1fr}
.photos img{width:100%;height:auto;aspect-ratio:1;object-fit:contain;display:block;background:var(--page)}
.gallery .missing{margin:.9rem}
details{margin:0 0 1rem}
summary{cursor:pointer;color:var(--accent);padding:.3rem 0}
pre{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:.8rem 1rem;margin:0 0 1rem;overflow-x:auto;font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}
footer{padding-block:1rem 2.5rem;color:var(--soft);font-size:.85rem}
@media (max-width:48rem){.pair{grid-template-columns:minmax(0,1fr)}.wide{display:none}.narrow{display:block}main,footer,nav ul{padding-inline:1rem}th,td{padding:.4rem .6rem}.share svg{display:none}figure{padding:.8rem}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{nav,.skip{display:none}body{background:#fff}section{break-inside:auto}.card,.tiles>div{break-inside:avoid}}
`;

/** Backgrounds of the confusion matrix's cells, faint enough for the contrast of the text. */
function shades(): string {
  const steps = Array.from({ length: 9 }, (_, index) => index + 1);
  const rule = (kind: 'hit' | 'miss', step: number) =>
    `.${kind}${step}{background:rgba(var(--${kind}),${(0.04 + step * 0.034).toFixed(3)})}`;
  return steps.flatMap((step) => [rule('hit', step), rule('miss', step)]).join('\n');
}
