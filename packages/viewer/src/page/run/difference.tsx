import { useEffect, useRef, useState } from 'preact/hooks'
import type { FrameView } from '../../view/model.ts'
import { shownLine } from '../parts/shown.ts'
import { pictureOf, type Picture } from '../state/pictures.ts'
import { theme } from '../state/theme.ts'

/** The least difference of two colours, of 765; below it the eye takes them for the same. */
const leastDifference = 24

/** The later frame with all that did not change faded away. */
export function Difference({ before, after }: { before: FrameView | undefined; after: FrameView | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [says, setSays] = useState('')
  const isDark = theme.value === 'dark'
  const pictures = [before, after].map((frame) => frame && pictureOf(frame.sha256))
  const [earlier, later] = pictures.map((picture) => picture?.address)
  useEffect(() => {
    let isGone = false
    setSays('')
    if (earlier === undefined || later === undefined) return undefined
    const draw = async (): Promise<void> => {
      const images = await Promise.all([load(earlier, pictures[0]!), load(later, pictures[1]!)])
      if (!isGone && canvas.current) setSays(drawDifference(canvas.current, images[0], images[1], isDark))
    }
    draw().catch(() => setSays('One of the two frames cannot be shown.'))
    return () => {
      isGone = true
    }
  }, [earlier, later, isDark])
  const missing = !before || !after
  const problem = missing ? 'One of the two frames was not recorded.' : pictures.find((one) => one?.problem)?.problem
  return (
    <figure
      class="difference"
      data-testid="frame-difference"
      style={{ width: 'min(100cqw, 1100px, max(280px, (100cqh - 50px) * 1.6))' }}
    >
      <figcaption>
        <b>Difference</b>
        <span role="status">
          {problem === undefined ? says || 'comparing …' : 'It takes a frame before and one after.'}
        </span>
      </figcaption>
      <div class="shot">
        {problem !== undefined ? (
          <div class="missing" style={{ aspectRatio: '16 / 10' }}>
            <span>{shownLine(problem, 400)}</span>
          </div>
        ) : (
          <div class="picture">
            <canvas ref={canvas} aria-label="What changed between the two frames" role="img" />
          </div>
        )}
      </div>
    </figure>
  )
}

async function load(address: string, { onError }: Picture): Promise<HTMLImageElement> {
  const image = new Image()
  image.src = address
  await image.decode().catch((cause: unknown) => {
    onError()
    throw cause
  })
  return image
}

/** @returns in words how much changed */
function drawDifference(
  canvas: HTMLCanvasElement,
  before: HTMLImageElement,
  after: HTMLImageElement,
  isDark: boolean,
): string {
  const { naturalWidth: width, naturalHeight: height } = after
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return 'It cannot be drawn here.'
  if (before.naturalWidth !== width || before.naturalHeight !== height) {
    context.drawImage(after, 0, 0)
    return 'The two frames are of different sizes.'
  }
  const read = (image: HTMLImageElement): ImageData => {
    context.drawImage(image, 0, 0)
    return context.getImageData(0, 0, width, height)
  }
  const old = read(before).data
  const picture = read(after)
  const now = picture.data
  const ground = isDark ? 20 : 255
  let changed = 0
  for (let at = 0; at < now.length; at += 4) {
    const difference =
      Math.abs(now[at]! - old[at]!) + Math.abs(now[at + 1]! - old[at + 1]!) + Math.abs(now[at + 2]! - old[at + 2]!)
    if (difference >= leastDifference) {
      changed += 1
      continue
    }
    const grey = 0.12 * (now[at]! * 0.3 + now[at + 1]! * 0.6 + now[at + 2]! * 0.1) + 0.88 * ground
    now[at] = now[at + 1] = now[at + 2] = grey
  }
  context.putImageData(picture, 0, 0)
  const share = (100 * changed) / (width * height)
  return changed === 0
    ? 'Not a pixel changed.'
    : `${share < 0.1 ? 'under 0.1' : share.toFixed(1)} % of the picture changed.`
}
