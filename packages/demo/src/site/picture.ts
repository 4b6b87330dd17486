import type { Lamp, LampKind } from './lamps.ts'

/** Draw a lamp as an SVG of 320 x 240. The same lamp always gives the same text. */
export function drawLamp(lamp: Lamp): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" width="320" height="240">`,
    `<defs><radialGradient id="glow"><stop offset="0" stop-color="#fff6d8"/><stop offset="1" stop-color="#fff6d8" stop-opacity="0"/></radialGradient></defs>`,
    `<rect width="320" height="240" fill="${lamp.backdrop}"/>`,
    `<rect y="196" width="320" height="44" fill="${lamp.stem}" fill-opacity="0.16"/>`,
    shapes[lamp.kind](lamp),
    `</svg>`,
  ].join('')
}

const shapes: Readonly<Record<LampKind, (lamp: Lamp) => string>> = {
  desk: ({ shade, stem }) =>
    glow(205, 140, 80) +
    line(stem, 7, 'M120 200 L105 120 L178 74') +
    `<circle cx="105" cy="120" r="7" fill="${stem}"/>` +
    `<path d="M164 62 L192 50 L232 108 L172 132 Z" fill="${shade}"/>` +
    `<rect x="82" y="196" width="78" height="10" rx="5" fill="${stem}"/>`,
  floor: ({ shade, stem }) =>
    glow(160, 92, 96) +
    line(stem, 6, 'M160 90 L160 206') +
    `<path d="M128 34 L192 34 L214 98 L106 98 Z" fill="${shade}"/>` +
    `<ellipse cx="160" cy="208" rx="42" ry="7" fill="${stem}"/>`,
  pendant: ({ shade, stem }) =>
    glow(160, 142, 104) +
    line(stem, 3, 'M160 0 L160 72') +
    `<path d="M104 130 A56 58 0 0 1 216 130 Z" fill="${shade}"/>` +
    `<rect x="148" y="64" width="24" height="14" rx="4" fill="${stem}"/>` +
    `<ellipse cx="160" cy="130" rx="56" ry="9" fill="#fffaf0"/>`,
  wall: ({ shade, stem }) =>
    glow(160, 50, 70) +
    glow(160, 180, 70) +
    `<rect x="144" y="88" width="32" height="56" rx="6" fill="${stem}"/>` +
    `<path d="M128 68 L192 68 L180 164 L140 164 Z" fill="${shade}"/>`,
  globe: ({ shade, stem }) =>
    glow(160, 118, 112) +
    `<circle cx="160" cy="118" r="58" fill="${shade}"/>` +
    `<ellipse cx="140" cy="98" rx="14" ry="20" fill="#ffffff" fill-opacity="0.7"/>` +
    `<path d="M126 168 L194 168 L204 206 L116 206 Z" fill="${stem}"/>`,
}

function glow(x: number, y: number, radius: number): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="url(#glow)"/>`
}

function line(colour: string, width: number, path: string): string {
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
}
