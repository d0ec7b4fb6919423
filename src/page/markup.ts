// The page's static markup. Addresses are relative, for a page that is served under a path.

const markup = ({ access = '', policy = '' }) => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${policy}<title>Predict – alexft</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<script defer src="page.js"></script>
</head>
<body>
<main>
<h1>Which class is it?</h1>
<p id="model" class="soft" role="status">Loading the model …</p>
${access}<div id="choose" class="card" hidden>
<p id="drop">Drop photos here, paste them, or</p>
<div class="row">
<input id="files" class="hidden" type="file" accept="image/*" multiple><label class="button" for="files">Choose photos</label>
<span id="phone" class="row" hidden><input id="capture" class="hidden" type="file" accept="image/*" capture="environment"><label class="button" for="capture">Take a photo</label></span>
<button id="camera" type="button" hidden>Use the camera</button>
</div>
</div>
<dialog id="viewfinder" aria-label="Camera">
<video id="video" playsinline muted></video>
<div class="row"><button id="shoot" type="button">Take the photo</button><button id="cancel" class="quiet" type="button">Cancel</button></div>
</dialog>
<p id="status" class="hidden" role="status"></p>
<ol id="results" aria-label="Results, the latest first"></ol>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
</body>
</html>
`;

/** Of the page that `alexft serve` shows; browser/serve.ts is its script. The server's headers have its policy. */
export const servedPage = markup({
  access: `<form id="access" class="card" hidden>
<input autocomplete="username" value="alexft" hidden>
<label for="token">Access token of this server</label>
<div class="row"><input id="token" type="password" autocomplete="current-password" required>
<button>Continue</button></div>
</form>
`,
});

/** Images are read, and the model is loaded, from where the page is; nothing is sent. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src blob: data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Of an export for browsers; browser/web.ts is its script. */
export const exportedPage = markup({
  policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">\n`,
});
