import { glyphsOf, glyphSize } from './glyphs.ts'

/** Opaque pixels, red, green and blue, row by row. */
export interface Board {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** Fill a rectangle; what of it lies outside is nothing. */
export function fill(board: Board, box: { x: number; y: number; width: number; height: number }, colour: Colour): void {
  const right = Math.min(board.width, Math.round(box.x + box.width))
  const bottom = Math.min(board.height, Math.round(box.y + box.height))
  for (let y = Math.max(0, Math.round(box.y)); y < bottom; y += 1) {
    for (let x = Math.max(0, Math.round(box.x)); x < right; x += 1) board.data.set(colour, (y * board.width + x) * 3)
  }
}

/**
 * Write a line of text, cut with three dots where it is too long for the board.
 *
 * @param scale pixels for one of a letter
 */
export function write(
  board: Board,
  text: string,
  place: { x: number; y: number; scale: number },
  colour: Colour,
): void {
  const { x, y, scale } = place
  const room = Math.floor((board.width - 2 * x) / (glyphSize.advance * scale))
  const all = glyphsOf(text.slice(0, 2 * room + 1))
  const shown = all.length > room ? [...all.slice(0, Math.max(0, room - 3)), ...glyphsOf('...')] : all
  for (const [at, isSet] of shown.entries()) {
    for (let row = 0; row < glyphSize.height; row += 1) {
      for (let column = 0; column < glyphSize.width; column += 1) {
        if (!isSet(column, row)) continue
        const left = x + (at * glyphSize.advance + column) * scale
        fill(board, { x: left, y: y + row * scale, width: scale, height: scale }, colour)
      }
    }
  }
}

/**
 * Write words in the middle of a box, broken at spaces into as many lines as it takes: large, or small where they are too many. A
 * line break breaks a line too; what does not fit even so is cut.
 */
export function writeWords(
  board: Board,
  text: string,
  box: { x: number; width: number; height: number },
  colour: Colour,
): void {
  const scales = [2, 1] as const
  const wrapped = scales.map((scale) => ({
    scale,
    lines: wrap(text, Math.floor(box.width / (glyphSize.advance * scale))),
  }))
  const leading = (scale: number): number => 11 * scale
  const fitting = wrapped.find(({ scale, lines }) => lines.length * leading(scale) <= box.height) ?? wrapped[1]!
  const lines = fitting.lines.slice(0, Math.max(1, Math.floor(box.height / leading(fitting.scale))))
  const top = Math.round((box.height - lines.length * leading(fitting.scale)) / 2)
  for (const [at, line] of lines.entries()) {
    write(board, line, { x: box.x, y: top + at * leading(fitting.scale), scale: fitting.scale }, colour)
  }
}

function wrap(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    for (const word of paragraph.split(' ')) {
      const last = lines.at(-1)
      if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(word)
    }
    return lines
  })
}

/** Draw a ring with a white edge, as a click is marked. */
export function ring(board: Board, centre: { x: number; y: number }, radius: number, colour: Colour): void {
  for (let y = -radius - 2; y <= radius + 2; y += 1) {
    for (let x = -radius - 2; x <= radius + 2; x += 1) {
      const away = Math.abs(Math.hypot(x, y) - radius)
      if (away > 3) continue
      const pixel = { x: Math.round(centre.x + x), y: Math.round(centre.y + y), width: 1, height: 1 }
      fill(board, pixel, away <= 1.5 ? colour : [255, 255, 255])
    }
  }
}
