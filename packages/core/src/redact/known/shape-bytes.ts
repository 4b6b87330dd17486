import type { RedactionKind } from '../text/placeholder.ts'
import { scanShapes } from '../scan/shapes.ts'
import type { TextView } from '../text/rewrite.ts'

/** A place at which bytes hold what is known by its shape. */
export interface ShapeHit {
  /** Of its first byte. */
  readonly offset: number
  readonly sizeBytes: number
  readonly kind: RedactionKind
}

/**
 * Find keys and tokens of known shapes in the bytes of a text, as they are and with their escapes undone. Linear.
 *
 * @param views of the bytes, from `viewsOfBytes`
 * @returns hits in the order of the bytes; one that is found under several escapes is told once
 */
export function findShapesIn(views: readonly TextView[]): ShapeHit[] {
  const hits = new Map<string, ShapeHit>()
  for (const view of views) {
    scanShapes(view.text, (start, end, kind) => {
      const offset = view.originOf(start)
      const key = `${offset}:${kind}`
      if (!hits.has(key)) hits.set(key, { offset, sizeBytes: view.endOf(end) - offset, kind })
    })
  }
  return [...hits.values()].toSorted((a, b) => a.offset - b.offset)
}
