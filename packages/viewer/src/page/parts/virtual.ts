import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** The part of a long list that is in sight. */
interface Sight {
  readonly top: number
  readonly height: number
}

/** Watch what part of an element that scrolls is in sight. */
export function useSight<E extends HTMLElement>() {
  const ref = useRef<E>(null)
  const [sight, setSight] = useState<Sight>({ top: 0, height: 800 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return undefined
    const look = (): void => setSight({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    look()
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  return { ref, sight }
}

/** The first index whose offset is above a value; offsets ascend. */
function indexAt(offsets: readonly number[], value: number): number {
  let low = 0
  for (let high = offsets.length; low < high;) {
    const middle = (low + high) >> 1
    if (offsets[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Indexes from and to (exclusive) of rows in sight, and half a screen before and after. */
export function rowsInSight(offsets: readonly number[], { top, height }: Sight): [number, number] {
  const extra = Math.min(height / 2, 300)
  return [Math.max(0, indexAt(offsets, top - extra) - 1), indexAt(offsets, top + height + extra)]
}
