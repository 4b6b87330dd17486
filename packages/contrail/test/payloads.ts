const hit = '(window.top||window).hitCount=((window.top||window).hitCount||0)+1'
/** Markup that runs, or asks for something elsewhere, where a page takes text for it. */
const vectors = [
  `<img src=x onerror="${hit}">`,
  `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onload="${hit}" onerror="${hit}">`,
  `<svg onload="${hit}"></svg>`,
  `<svg><animate onbegin="${hit}" attributeName=x dur=1s></svg>`,
  `<details open ontoggle="${hit}"><summary>x</summary></details>`,
  `<iframe srcdoc="<script>parent.hitCount=(parent.hitCount||0)+1</script>"></iframe>`,
  `<video><source onerror="${hit}"></video>`,
  `<audio src=x onerror="${hit}"></audio>`,
  `<input autofocus onfocus="${hit}">`,
  `<style>@keyframes k{}</style><b style="animation:k 1s" onanimationstart="${hit}">x</b>`,
  `<object data="x" onerror="${hit}"></object>`,
  `<link rel=stylesheet href="http://evil.test/a.css" onerror="${hit}">`,
  `<img src="http://evil.test/pixel.png" onerror="${hit}">`,
  `<marquee onstart="${hit}">x</marquee>`,
  `<script>${hit}</script>`,
  `<a href="javascript:${hit}">x</a>`,
  `<iframe src="javascript:parent.hitCount=(parent.hitCount||0)+1"></iframe>`,
  `<embed src="http://evil.test/x.svg">`,
  `<form action="http://evil.test/"><button autofocus>x</button></form>`,
  `<base href="http://evil.test/"><meta http-equiv=refresh content="0;url=http://evil.test/">`,
]
/** Characters that close the place where a text may stand. */
const breakouts = [
  '',
  '">',
  "'>",
  '</script>',
  '</style>',
  '</textarea>',
  '</title>',
  '-->',
  '\u202e\u200b',
  '{{x}}${x}',
]
/** Texts that run, or ask for something elsewhere, where they are taken for markup: each way in behind each way out. */
export const payloads = vectors.flatMap((vector) => breakouts.map((breakout) => breakout + vector))
