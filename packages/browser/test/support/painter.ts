import type { ImageTools } from '@contrail/core'
import type { Browser } from 'playwright'
import { pageFor } from './pixels.ts'

/** Image tools that paint with a browser's own canvas. Nothing else is asked of them. */
export function createPainter(browser: Browser): ImageTools {
  const notAsked = (): never => {
    throw new Error('nothing but painting is asked of these tools')
  }
  return {
    reencode: notAsked,
    compare: notAsked,
    thumbnail: notAsked,
    shrink: notAsked,
    animate: notAsked,
    paint: async (bytes, boxes, { colour = 'red' } = {}) => {
      const page = await pageFor(browser)
      const painted = await page.evaluate(
        async ({ base64, boxes: places, colour: fill }) => {
          const response = await fetch(`data:image/png;base64,${base64}`)
          const bitmap = await createImageBitmap(await response.blob())
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
          const context = canvas.getContext('2d')!
          context.drawImage(bitmap, 0, 0)
          context.fillStyle = fill
          for (const { x, y, width, height } of places) context.fillRect(x, y, width, height)
          const blob = await canvas.convertToBlob({ type: 'image/png' })
          const url = await new Promise<string>((resolve) => {
            const reader = new FileReader()
            reader.addEventListener('load', () => resolve(reader.result as string))
            reader.readAsDataURL(blob)
          })
          return url.slice(url.indexOf(',') + 1)
        },
        { base64: Buffer.from(bytes).toString('base64'), boxes: [...boxes], colour },
      )
      return Buffer.from(painted, 'base64')
    },
  }
}
