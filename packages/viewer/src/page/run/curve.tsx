import { useEffect, useRef, useState } from 'preact/hooks'
import type { RunView } from '../../view/model.ts'
import { formatCount, formatReward } from '../parts/format.ts'
import { theme } from '../state/theme.ts'
import type { Axis } from './axis.ts'

/** More rows than these are counted alone. */
const rowLimit = 200

type Points = readonly (readonly [ms: number, reward: number | null, sum: number | null])[]

/** The rewards of an episode, as a curve on the axis of time; where none can be drawn, as a table. */
export function Curve({ view, axis, width }: { view: RunView; axis: Axis; width: number }) {
  const box = useRef<HTMLDivElement>(null)
  const [isDrawable, setDrawable] = useState(true)
  const points = pointsOf(view)
  const colours = theme.value
  useEffect(() => {
    let plot: { destroy(): void } | undefined
    let isGone = false
    const draw = async (): Promise<void> => {
      try {
        const { drawCurve } = await import('./draw-curve.ts')
        if (!isGone && box.current) plot = drawCurve(box.current, points, { axis, width })
      } catch {
        // It needs a language tag of the browser that a date can be written in; the table needs none.
        setDrawable(false)
      }
    }
    void draw()
    return () => {
      isGone = true
      plot?.destroy()
    }
  }, [view, width, colours, axis.fromMs, axis.toMs])
  if (isDrawable) return <div ref={box} class="curve" role="img" aria-label={describe(points)} />
  return (
    <div class="curve curve-scroll" tabIndex={0}>
      <table class="num">
        <caption class="hush">Rewards</caption>
        <thead>
          <tr>
            <th>step</th>
            <th>reward</th>
            <th>sum</th>
          </tr>
        </thead>
        <tbody>
          {points.slice(0, rowLimit).map(([ms, reward, sum], at) => (
            <tr key={ms}>
              <td>{at + 1}</td>
              <td>{formatReward(reward)}</td>
              <td>{formatReward(sum)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {points.length > rowLimit && <p class="hush">{formatCount(points.length - rowLimit, 'more step')}</p>}
    </div>
  )
}

/** The sum is what the environment says; where it says none, and every reward is known, it is added up. */
function pointsOf(view: RunView): Points {
  let sum: number | null = 0
  return view.steps.map((step) => {
    const { reward, cumulativeReward } = step.episode ?? {}
    sum = cumulativeReward ?? (sum === null || reward === undefined ? null : sum + reward)
    return [step.placeMs, reward ?? null, sum] as const
  })
}

function describe(points: Points): string {
  const last = points.findLast(([, , sum]) => sum !== null)?.[2]
  return `Rewards of ${points.length} steps${last === undefined || last === null ? '' : `, in sum ${formatReward(last)}`}`
}
