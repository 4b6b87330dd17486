import type { EvidenceEvent } from '../../packages/core/src/index.ts'
import { Random } from './random.ts'

const noisySize = { width: 200, height: 250 }

/** A picture of 150 KB, about that of a page of text and pictures. */
export function noisyFrame(random: Random): Buffer {
  return bitmap(noisySize.width, random.bytes(noisySize.width * noisySize.height * 3))
}

/**
 * A BMP of pixels of three bytes each, row after row: a whole picture that needs no encoder, since what only begins like one is
 * searched for secrets.
 *
 * @param width a multiple of 4, so that rows need no bytes between them
 */
export function bitmap(width: number, pixels: Uint8Array): Buffer {
  const header = Buffer.alloc(54)
  header.write('BM')
  header.writeUInt32LE(header.length + pixels.length, 2)
  header.writeUInt32LE(header.length, 10) // where the pixels begin
  header.writeUInt32LE(40, 14) // the rest of the header
  header.writeInt32LE(width, 18)
  header.writeInt32LE(pixels.length / width / 3, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(24, 28) // bits a pixel
  return Buffer.concat([header, pixels])
}

/**
 * One step of the run, as its page shows it: three of five pages differ from all before, as in a real run of a shop.
 */
export interface KnownStep {
  readonly index: number
  readonly frame: Buffer
  readonly ariaTree: string
  readonly url: string
  readonly actionArgs: { readonly selector: string; readonly index: number }
  readonly reasoning: string
}

/**
 * The steps of a run, the same for everybody: a frame of 150 KB, 60 % of them distinct, and an aria tree of 8 KB
 * that changes with it. Each frame is a buffer of its own, as a browser gives it.
 */
export function* knownSteps(count: number, seed = 1): Generator<KnownStep> {
  const random = new Random(seed)
  let page = 0
  let last: Buffer | undefined
  for (let index = 0; index < count; index++) {
    if (index % 5 < 3 || !last) {
      page++
      last = noisyFrame(random)
    }
    yield {
      index,
      frame: Buffer.from(last),
      ariaTree: treeOf(page),
      url: `https://shop.example/products/${page}`,
      actionArgs: { selector: `#product-${index}`, index },
      reasoning: 'I open the cheapest product, because the task asks for the cheapest one that is in stock.',
    }
  }
}

/** A step as a harness tells of it: the step, a probe frame and what was observed. */
export function eventsOf({ frame, ariaTree, url, actionArgs, reasoning, index }: KnownStep): EvidenceEvent[] {
  return [
    {
      type: 'step_finished',
      actionName: 'click',
      actionArgs,
      reasoning,
      toolOutput: { ok: true, result: `step ${index}` },
    },
    { type: 'screenshot', screenshot: frame, url, evidenceRole: 'probe' },
    { type: 'step_observed', url, title: 'Shop', ariaTree },
  ]
}

function treeOf(page: number): string {
  const lines = Array.from({ length: 60 }, (_, row) => [
    `- link "Product ${page}-${row}" [ref=e${row}]:`,
    `  - /url: https://shop.example/products/${page}/${row}?sort=price`,
    `- paragraph [ref=e${row}a]: "Price: ${row}.95 EUR"`,
  ])
  return lines.flat().join('\n')
}
