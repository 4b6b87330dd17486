import type { Browser, Page } from 'playwright'
import { keepContext } from '../../../../scripts/shared-browser.ts'

/** The number of pixels of a picture that are red as the text of the fields, and grey as the boxes over them. */
export interface Pixels {
  readonly red: number
  readonly grey: number
  /** The middle of all that is red, from the top left corner of the picture. */
  readonly middle: { readonly x: number; readonly y: number }
}

const decoders = new WeakMap<Browser, Promise<Page>>()

/** A page of its own in a browser, for work with pictures; kept until somebody closes it. */
export async function pageFor(browser: Browser): Promise<Page> {
  const known = await decoders.get(browser)
  if (known && !known.isClosed()) return known
  const decoder = browser.newContext().then((context) => {
    keepContext(context)
    return context.newPage()
  })
  decoders.set(browser, decoder)
  return decoder
}

/** Count pixels with the browser's own decoder, in a page that is kept for the next one. */
export async function countPixels(browser: Browser, picture: Uint8Array | undefined): Promise<Pixels> {
  return (await pageFor(browser)).evaluate(
    async (base64) => {
      const response = await fetch(`data:image/png;base64,${base64}`)
      const bitmap = await createImageBitmap(await response.blob())
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
      canvas.drawImage(bitmap, 0, 0)
      const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height)
      let [red, grey] = [0, 0]
      let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
      for (let at = 0; at < data.length; at += 4) {
        const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
        if (r > 150 && g < 120 && b < 120) {
          red += 1
          const [x, y] = [(at / 4) % bitmap.width, Math.floor(at / 4 / bitmap.width)]
          ;[left, top, right, bottom] = [
            Math.min(left, x),
            Math.min(top, y),
            Math.max(right, x + 1),
            Math.max(bottom, y + 1),
          ]
        }
        if (r === 0x6b && g === 0x72 && b === 0x80) grey += 1
      }
      return { red, grey, middle: { x: (left + right) / 2, y: (top + bottom) / 2 } }
    },
    Buffer.from(picture ?? []).toString('base64'),
  )
}
