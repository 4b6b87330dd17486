/** The way in which a value comes to be known as a secret. */
type Source = 'option' | 'variable' | 'file' | 'typed' | 'name' | 'shape'

/** A value that stands nowhere else: where it is seen again, it came through its own door. */
export interface Canary {
  readonly door: string
  readonly value: string
  readonly source: Source
}

/** Values that are given as `redact: { secrets }`, named by where they enter. */
export const option = named(
  [
    'taskId',
    'taskInstruction',
    'taskAnswer',
    'taskUrl',
    'taskRubric',
    'runId',
    'toolName',
    'scoreName',
    'verdictExplanation',
    'finishAnswer',
    'reasoning',
    'turnText',
    'turnModel',
    'finalMessage',
    'finalOutput',
    'pageTitle',
    'pageText',
    'pageAddress',
    'pageLabel',
    'downloadName',
    'eventAddress',
    'eventQuery',
    'eventConsole',
    'eventLocation',
    'eventError',
    'eventStack',
    'eventDownload',
    'eventFailure',
    'eventUnknown',
    'eventKind',
    'tabAddress',
    'tabTitle',
    'gapDetail',
    'actionName',
    'toolCallId',
    'turnId',
    'argument',
    'targetSelector',
    'targetName',
    'mediaType',
    'nested',
    'mapKey',
    'mapValue',
    'setItem',
    'buffer',
    'arrayBuffer',
    'dataImage',
    'symbol',
    'regexp',
    'urlObject',
    'functionName',
    'boxed',
    'usage',
    'word',
    'getter',
    'toJSON',
    'invalidField',
    'errorMessage',
    'errorCause',
    'errorStack',
    'errorProperty',
    'propertyName',
    'aggregateError',
    'thrownObject',
    'selectorError',
    'extraField',
    'unknownType',
    'unknownField',
    'noObject',
    'circularName',
  ],
  (door) => (door === 'word' ? 'Zk4word9' : `Zk4-${door}-q7Wd`),
)

/** The same, written in another form before it enters. Each holds what that form must escape. */
export const written = named(
  [
    'base64',
    'base64Shifted',
    'base64Url',
    'hexUpper',
    'hexLower',
    'percent',
    'json',
    'jsonInJson',
    'html',
    'htmlNumbers',
    'inlineText',
  ],
  (door) => `Zür "${door}" & <7>/ék`,
)

export const variable = named(['asToken', 'asPassword'], (door) => `Vr8-${door}-m3Xe`)
export const inFile = named(['ofLine', 'ofName'], (door) => `Fl2-${door}-c9Tb`)

/** Typed into fields for secrets, and registered nowhere. */
export const typed = {
  password: 'Ty5-password-h6Jn',
  shownPassword: 'Ty5-shownPassword-h6Jn',
  framePassword: 'Ty5-framePassword-h6Jn',
  dialogPassword: 'Ty5-dialogPassword-h6Jn',
  shadowPassword: 'Ty5-shadowPassword-h6Jn',
  formPassword: 'Ty5-formPassword-h6Jn',
  keyboardPassword: 'Ty5-keyboardPassword-h6Jn',
  thrownPassword: 'Ty5-thrownPassword-h6Jn',
  oneTimeCode: '83-40-62-71',
  card: '4539 5787 6362 1486',
  // Of letters too, so that it stands in no hash and no time by chance.
  cardCode: 'Zq9K',
}

/** Known by the name they stand under. */
export const underName = named(
  [
    'cookie',
    'setCookie',
    'storedCookie',
    'bearer',
    'basicPassword',
    'apiKey',
    'passwordField',
    'harCookie',
    'jsonToken',
    'localStorage',
    'userinfo',
    'queryToken',
    'fragmentToken',
    'signature',
    'flag',
    'dotEnv',
    'listed',
    'pair',
    'rawHeader',
  ],
  (door) => `Nm6${door}r2Ys`,
)

const part = (text: string): string => Buffer.from(text).toString('base64url')
const letters = 'q8Wz3RtY6uPk1LmN5bVc2XsD7fGh4JjA9eTo0iUy'

/** A secret of digits may come as a number. */
export const digits = { number: '730418559213', bigint: '94027716358841220577' }

/** Known by what they look like, wherever they stand. */
export const shaped = {
  jwt: `${part('{"alg":"HS256"}')}.${part('{"sub":"canary of a web token"}')}.${letters}`,
  openai: `sk-proj-${letters}`,
  github: `ghp_${letters.slice(0, 36)}`,
  aws: 'AKIAQ7W3ZK5RT8YU2PLM',
  slack: `xoxb-1234567890-${letters.slice(0, 24)}`,
  google: `AIza${letters.slice(0, 35)}`,
  stripe: `sk_live_${letters.slice(5, 30)}`,
  npm: `npm_${letters.slice(1, 37)}`,
  pem: `-----BEGIN PRIVATE KEY-----\n${letters}${letters.slice(0, 24)}\n${letters.slice(2, 30)}\n-----END PRIVATE KEY-----`,
}

/** Inside bytes, which are stored as base64: by name, by a name in their text, by shape. */
export const inBytes = {
  namedBytes: 'By7namedk4Tz',
  headerBytes: 'By7headerk4Tz',
  shapedBytes: `ghp_${letters.slice(4)}`,
}

export const canaries: readonly Canary[] = [
  ...of('option', option),
  ...of('option', written),
  ...of('option', digits),
  ...of('variable', variable),
  ...of('file', inFile),
  ...of('typed', typed),
  { door: 'cardDigits', value: typed.card.replaceAll(' ', ''), source: 'typed' },
  ...of('name', underName),
  ...of('shape', shaped),
  ...of('name', inBytes),
]

/** Tells whether a user has named the value, so that nothing but that name keeps it off the disk. */
export function isRegistered({ source }: Canary): boolean {
  return source === 'option' || source === 'variable' || source === 'file'
}

function of(source: Source, values: Readonly<Record<string, string>>): Canary[] {
  return Object.entries(values).map(([door, value]) => ({ door, value, source }))
}

function named<const Door extends string>(
  doors: readonly Door[],
  valueOf: (door: Door) => string,
): Readonly<Record<Door, string>> {
  return Object.fromEntries(doors.map((door) => [door, valueOf(door)])) as Record<Door, string>
}
