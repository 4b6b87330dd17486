import UPlot from 'uplot'
import type { Axis } from './axis.ts'

/** Draw rewards as bars' tops and their sum as a line, on the axis of the film. Throws where the browser has no language tag. */
export function drawCurve(
  box: HTMLElement,
  points: readonly (readonly [number, number | null, number | null])[],
  { axis, width }: { axis: Axis; width: number },
): { destroy(): void } {
  const styles = getComputedStyle(document.documentElement)
  const colour = (name: string): string => styles.getPropertyValue(`--${name}`).trim()
  const inTime = points.toSorted((a, b) => a[0] - b[0])
  const plot = new UPlot(
    {
      width,
      height: 80,
      padding: [6, 0, 4, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, min: axis.fromMs, max: axis.toMs } },
      axes: [{ show: false }, { show: false }],
      series: [
        {},
        { label: 'reward', stroke: colour('action'), width: 1, points: { show: true, size: 4 } },
        { label: 'sum', stroke: colour('accent'), width: 1.5, points: { show: false } },
      ],
    },
    [inTime.map(([ms]) => ms), inTime.map(([, reward]) => reward), inTime.map(([, , sum]) => sum)],
    box,
  )
  return plot
}
