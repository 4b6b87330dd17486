/**
 * Honest figures of few samples. Intervals are `[low, high]`, all else is a number, and no data gives null: never 0, never NaN.
 * A value that is not finite is a caller's mistake and throws a TypeError.
 */

/** The lower and the upper end of an interval. */
export type Interval = readonly [low: number, high: number]

/** The arithmetic mean. */
export function mean(values: readonly number[]): number | null {
  assertFinite(values)
  return values.length === 0 ? null : sum(values) / values.length
}

/** The middle value; of an even number the mean of both. */
export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5)
}

/**
 * The value below which a share of all lies, read between neighbours on a straight line (type 7 of Hyndman and Fan, as
 * in R, NumPy and spreadsheets).
 *
 * @param share from 0 to 1
 */
export function quantile(values: readonly number[], share: number): number | null {
  assertShare('share', share, share >= 0 && share <= 1)
  assertFinite(values)
  return values.length === 0 ? null : quantileOfSorted(Float64Array.from(values).sort(), share)
}

/** The standard deviation of a sample, with n - 1. One value says nothing of it and gives null. */
export function standardDeviation(values: readonly number[]): number | null {
  const centre = mean(values)
  if (centre === null || values.length < 2) return null
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1))
}

/**
 * The interval in which a share lies that was seen `successes` of `n`: Wilson's score interval, which stays between 0
 * and 1 and is honest for few tries and at the ends.
 *
 * @param confidence between 0 and 1
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): Interval | null {
  assertShare('confidence', confidence, confidence > 0 && confidence < 1)
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(successes) || successes < 0 || successes > n)
    throw new TypeError(`expected whole numbers, 0 <= successes <= n, got ${successes} of ${n}`)
  if (n === 0) return null
  const z = normalQuantile((1 + confidence) / 2)
  const share = successes / n
  const centre = share + z ** 2 / (2 * n)
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  const scale = 1 + z ** 2 / n
  // At the ends the exact value is 0 or 1, and rounding would miss it by a hair.
  return [successes === 0 ? 0 : (centre - half) / scale, successes === n ? 1 : (centre + half) / scale]
}

/**
 * The agreement of two raters beyond chance, from 1 (wholly) through 0 (as by chance) down to -1. Both in one and the
 * same class always is null: chance alone explains it, whatever they know.
 *
 * @param pairs what each said of one thing; classes are equal by `===`
 */
export function cohenKappa<Class>(pairs: readonly (readonly [Class, Class])[]): number | null {
  const counts = new Map<Class, [number, number]>()
  const countOf = (name: Class): [number, number] => {
    const found = counts.get(name) ?? [0, 0]
    counts.set(name, found)
    return found
  }
  let agreed = 0
  for (const [one, other] of pairs) {
    countOf(one)[0] += 1
    countOf(other)[1] += 1
    if (one === other) agreed += 1
  }
  const n = pairs.length
  const byChance = sum([...counts.values()].map(([one, other]) => one * other))
  return n ** 2 === byChance ? null : (n * agreed - byChance) / (n ** 2 - byChance)
}

/** Options that say how an interval is drawn. Equal seeds give equal intervals, on every machine. */
export interface BootstrapOptions {
  /** a whole number */
  readonly seed: number
  /** samples that are drawn; default 2,000 */
  readonly rounds?: number
  /** the share of them inside the interval; default 0.95 */
  readonly confidence?: number
}

/**
 * The interval of any statistic, by drawing the values anew with replacement (percentile method).
 *
 * @param statistic must not keep the sample it is given, which is drawn over; a round of which it says null does not count
 */
export function bootstrapInterval<Value>(
  values: readonly Value[],
  statistic: (sample: readonly Value[]) => number | null,
  options: BootstrapOptions,
): Interval | null {
  const sample = [...values]
  return drawInterval(values.length, options, (draw) => {
    for (let index = 0; index < sample.length; index += 1) sample[index] = values[draw()]!
    return statistic(sample)
  })
}

/**
 * The interval of a difference between two ways of doing the same things: statistic of the second less statistic of the first.
 * Pairs are drawn whole, so that what is hard for both does not blur the difference.
 *
 * @param pairs what each thing gave in the first way and in the second
 * @param statistic of one side, e.g. {@link mean}; under the rules of {@link bootstrapInterval}
 */
export function pairedBootstrap<Value>(
  pairs: readonly (readonly [Value, Value])[],
  statistic: (sample: readonly Value[]) => number | null,
  options: BootstrapOptions,
): Interval | null {
  const firsts = pairs.map(([first]) => first)
  const seconds = pairs.map(([, second]) => second)
  const [sampleOfFirsts, sampleOfSeconds] = [[...firsts], [...seconds]]
  return drawInterval(pairs.length, options, (draw) => {
    for (let index = 0; index < pairs.length; index += 1) {
      const drawn = draw()
      sampleOfFirsts[index] = firsts[drawn]!
      sampleOfSeconds[index] = seconds[drawn]!
    }
    const [first, second] = [statistic(sampleOfFirsts), statistic(sampleOfSeconds)]
    return first === null || second === null ? null : second - first
  })
}

/**
 * Random numbers from 0 to below 1, the same for a seed on every machine: sfc32, the small fast generator of
 * PractRand (https://pracrand.sourceforge.net), warmed up by 12 rounds.
 *
 * @param seed a whole number
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed)) throw new TypeError(`seed: expected a whole number, got ${seed}`)
  let a = 0
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = (): number => {
    const drawn = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + drawn) | 0
    return (drawn >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round += 1) next()
  return next
}

function drawInterval(
  size: number,
  { seed, rounds = 2_000, confidence = 0.95 }: BootstrapOptions,
  round: (draw: () => number) => number | null,
): Interval | null {
  assertShare('confidence', confidence, confidence > 0 && confidence < 1)
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new TypeError(`rounds: expected a whole number from 1, got ${rounds}`)
  const random = seededRandom(seed)
  if (size === 0) return null
  const draw = (): number => Math.floor(random() * size)
  const found: number[] = []
  for (let index = 0; index < rounds; index += 1) {
    const value = round(draw)
    if (value !== null) found.push(value)
  }
  assertFinite(found)
  if (found.length === 0) return null
  const sorted = Float64Array.from(found).sort()
  return [quantileOfSorted(sorted, (1 - confidence) / 2), quantileOfSorted(sorted, (1 + confidence) / 2)]
}

function quantileOfSorted(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)]!
  const above = sorted[Math.ceil(place)]!
  return below + (above - below) * (place - Math.floor(place))
}

function sum(values: readonly number[]): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/**
 * The inverse of the normal distribution, to 9 digits: Peter Acklam's rational approximation.
 *
 * @param share between 0.5 and 1: what an interval of two sides asks for
 */
function normalQuantile(share: number): number {
  const tail = 0.02425
  if (share > 1 - tail) {
    const q = Math.sqrt(-2 * Math.log(1 - share))
    return -polynomial(tailAbove, q) / polynomial(tailBelow, q)
  }
  const q = share - 0.5
  return (q * polynomial(middleAbove, q * q)) / polynomial(middleBelow, q * q)
}

const middleAbove = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
]
const middleBelow = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
]
const tailAbove = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const tailBelow = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1]

function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((total, coefficient) => total * at + coefficient, 0)
}

function assertFinite(values: readonly number[]): void {
  for (const value of values)
    if (!Number.isFinite(value)) throw new TypeError(`expected finite numbers, got ${String(value)}`)
}

function assertShare(name: string, value: number, holds: boolean): void {
  if (!holds) throw new TypeError(`${name}: expected a share between 0 and 1, got ${value}`)
}
