/** The kind of a lamp: it says how the lamp is drawn and where it stands. */
export type LampKind = 'desk' | 'floor' | 'pendant' | 'wall' | 'globe'

/** One lamp of the shop. Prices in euro cents, sizes in centimetres. */
export interface Lamp {
  readonly id: string
  readonly name: string
  readonly kind: LampKind
  readonly priceCents: number
  readonly heightCm: number
  readonly widthCm: number
  readonly cordCm: number
  readonly inStock: number
  readonly shade: string
  readonly stem: string
  readonly backdrop: string
  readonly text: string
}

/** The whole catalogue, in the order in which it is shown. */
const lamps: readonly Lamp[] = [
  lamp(
    'ada',
    'Ada brass desk lamp',
    'desk',
    7900,
    [42, 18, 160],
    6,
    ['#c8963e', '#8a6425', '#f4e7d0'],
    'A jointed arm, a warm light and a base that stays where you put it.',
  ),
  lamp(
    'bruno',
    'Bruno steel desk lamp',
    'desk',
    6400,
    [51, 20, 180],
    3,
    ['#8d99a6', '#56616d', '#e3e9ee'],
    'Brushed steel for long evenings over small print.',
  ),
  lamp(
    'cleo',
    'Cleo paper pendant',
    'pendant',
    4900,
    [38, 45, 150],
    12,
    ['#f3e3c3', '#6b5b45', '#e9dcc6'],
    'Folded rice paper that turns one bulb into a moon.',
  ),
  lamp(
    'dora',
    'Dora glass pendant',
    'pendant',
    11900,
    [29, 24, 200],
    2,
    ['#6fa7a0', '#3e5f5b', '#dcebe8'],
    'Mouth-blown glass in the green of old bottles.',
  ),
  lamp(
    'elio',
    'Elio floor lamp',
    'floor',
    15900,
    [158, 40, 220],
    4,
    ['#d9764a', '#5a4034', '#f6dfd2'],
    'Linen on ash wood, tall enough to read under.',
  ),
  lamp(
    'fenn',
    'Fenn arc floor lamp',
    'floor',
    24900,
    [190, 110, 250],
    1,
    ['#3f4a5a', '#242b36', '#d9dee6'],
    'One long curve from the corner to the middle of the room.',
  ),
  lamp(
    'gigi',
    'Gigi globe lamp',
    'globe',
    5400,
    [26, 24, 140],
    9,
    ['#f7f1e3', '#b88f6a', '#efe3d3'],
    'A small round light for a shelf or a night table.',
  ),
  lamp(
    'hugo',
    'Hugo wall lamp',
    'wall',
    6900,
    [22, 16, 0],
    5,
    ['#4f6d8f', '#2f435a', '#dbe5f0'],
    'Shines up and down, and leaves the table free.',
  ),
  lamp(
    'iris',
    'Iris reading wall lamp',
    'wall',
    8200,
    [34, 12, 170],
    0,
    ['#9c5f86', '#5f3a52', '#f0dfe9'],
    'A swivel head beside the bed. Sold out until spring.',
  ),
]

/** The lamp with this id, or `undefined`. */
export function findLamp(id: string): Lamp | undefined {
  return lamps.find((candidate) => candidate.id === id)
}

/** Every lamp in which each word of the query occurs, in any case. An empty query finds all. */
export function searchLamps(query: string): readonly Lamp[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return lamps.filter((candidate) =>
    words.every((word) => `${candidate.name} ${candidate.kind}`.toLowerCase().includes(word)),
  )
}

/** A price as people read it, e.g. `€79.00`. */
export function formatPrice(cents: number): string {
  return `€${(cents / 100).toFixed(2)}`
}

function lamp(
  id: string,
  name: string,
  kind: LampKind,
  priceCents: number,
  [heightCm, widthCm, cordCm]: [number, number, number],
  inStock: number,
  [shade, stem, backdrop]: [string, string, string],
  text: string,
): Lamp {
  return { id, name, kind, priceCents, heightCm, widthCm, cordCm, inStock, shade, stem, backdrop, text }
}
