import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })
const keys = [
  'q8Zr2mT5vKx9LpW4nBc7',
  'XagABhBRhTDMsNavDygR',
  '9f8a7c1e5b3d42960fae7c1b8d3e5a60',
  'acme_live_q8Zr2mT5vKx9LpW4nBc7',
]

const above = [
  ...[
    'API key created',
    'Token created',
    'Secret created',
    'Your key has been generated',
    'Success! Your API key was created',
  ],
  ...[
    'Save your key',
    'Save this key now:',
    'Keep this secret safe',
    'Copy and save your secret key',
    'Write down your secret key',
  ],
  'Please save this secret key somewhere safe and accessible.',
  'Please copy this token and store it in a safe place',
  ...[
    'Neuer Zugriffsschlüssel erstellt',
    'Bewahren Sie dieses Geheimnis sicher auf',
    'Es wurde ein neuer Schlüssel erstellt',
  ],
  ...['Votre nouvelle clé a été créée', 'Copiez ce jeton maintenant', 'Conservez ce secret dans un lieu sûr'],
  ...['Se ha creado tu clave', 'Copia este token ahora', 'Guarde esta clave en un lugar seguro'],
  ...['Sua chave foi criada', 'Copie este token agora', 'Guarde este segredo em um local seguro'],
  ...['La tua nuova chiave è stata creata', 'Copia questo token ora', 'Conserva questa chiave in un luogo sicuro'],
]
const beside = [
  'Make sure to copy your personal access token now. You won’t be able to see it again!',
  "You won't be able to view this key again after you close this dialog",
  'Copy this key now, it will only be shown once',
  'This is the only time your API key will be shown',
  'For security reasons, this secret will only be displayed once',
  ...['Dieser Schlüssel wird nur einmal angezeigt', 'Sie können dieses Token später nicht mehr sehen'],
  ...['Cette clé ne sera affichée qu’une seule fois', 'Vous ne pourrez plus voir ce jeton'],
  ...['Esta clave solo se mostrará una vez', 'No podrás volver a ver este token'],
  ...['Esta chave será exibida apenas uma vez', 'Você não poderá ver este token novamente'],
  ...['Questa chiave verrà mostrata una sola volta', 'Non potrai più visualizzare questo token'],
]
/** The ways in which a page shows a key under such words. */
const forms: Record<string, (words: string, key: string) => string> = {
  'code under a heading': (words, key) =>
    `- heading "${words}" [level=2] [ref=e1]\n- code [ref=e2]: ${key}\n- button "Copy"`,
  'a field without a name': (words, key) => `- heading "${words}" [level=2]\n- textbox [ref=e3]: ${key}`,
  'a field with a name': (words, key) => `- paragraph: ${words}\n- img\n- textbox "To copy" [ref=e3]: ${key}`,
  'behind a sentence and a button': (words, key) =>
    `- text: ${words}\n- paragraph: Use it in your requests.\n- button "Hide"\n- code: ${key}`,
  lines: (words, key) => `Settings\n\n${words}\n\nCopy\n${key}\nDone`,
  'lines in JSON': (words, key) => JSON.stringify({ text: `${words}\n${key}`, ok: true }),
}

describe.each(Object.keys(forms))('%s', (form) => {
  test('a key that is shown once is gone, by whatever words it is told', () => {
    const texts = [...above, ...beside].flatMap((words) => keys.map((key) => [forms[form]!(words, key), key] as const))
    expect(texts.filter(([text, key]) => redactor.text(text).includes(key))).toEqual([])
  })

  test('what is no key stays under the same words', () => {
    const others = [
      ...[
        '7c9e6679-7425-40de-944b-e07fc1f90ae7',
        '0x9f8a7c1e5b3d42960fae7c1b8d3e5a609f8a7c1e',
        '2026-11-30T02:36:14.123Z',
      ],
      ...['ORD-2026-00417-ABCD77', 'PQ7781AA92MM2026XX', 'LEVEL12CASTLEROOM7B99', 'saveEncryptionKeyToKeychain2'],
      ...['npm-install-contrail-2026', 'team2026@example.org', 'Production key', '2001:db8:85a3::8a2e:370:7334'],
    ]
    // Right before a field, and at the end of a line, the name of a secret is the label of one.
    const isLabel =
      form === 'a field without a name'
        ? /API key|secret key|your key|access token|token$|schlüssel erstellt/
        : /API key|secret key|token$/
    const words = [...above, ...beside].filter((told) => !isLabel.test(told))
    const texts = words.flatMap((told) => others.map((other) => forms[form]!(told, other)))
    expect(texts.filter((text) => redactor.text(text) !== text)).toEqual([])
  })

  test('the words of something else tell of no key', () => {
    const words = [
      ...[
        'Order created',
        'Keep this order number safe',
        'Your public key',
        'Copy your publishable key',
        'Project created',
      ],
      ...[
        'How do I save my key?',
        'Save the key of a session',
        'Key takeaways: save time, keep it simple',
        'Video, only once',
      ],
      ...['Bestellung erstellt', 'Kopieren Sie Ihren öffentlichen Schlüssel', 'Wie speichere ich meinen Schlüssel?'],
      ...['Commande créée', 'Copiez votre clé publique', 'Mots-clés : une seule fois'],
      ...['Pedido creado', 'Copia tu clave pública', 'Palabras clave, una sola vez'],
      ...['Pedido criado', 'Sua chave pública', 'Palavras-chave uma única vez'],
      ...['Ordine creato', 'La tua chiave pubblica', 'Salva la posizione della chiave'],
    ]
    const texts = words.flatMap((told) => keys.slice(0, 3).map((key) => forms[form]!(told, key)))
    expect(texts.filter((text) => redactor.text(text) !== text)).toEqual([])
  })
})

test('words that say that a key is not shown again tell of the one above them too', () => {
  for (const words of beside)
    expect(redactor.text(`- heading "Almost done"\n- code: ${keys[0]}\n- paragraph: ${words}`)).not.toContain(keys[0])
  const ofVideo = `Video ID\n${keys[0]}\nThis key will never be shown again`
  expect(redactor.text(ofVideo)).toBe(ofVideo)
})

test('a hash among others is one of commits, whatever their messages say', () => {
  const log = ['9f8a7c1e5b3d42960fae7c1b8d3e5a609f8a7c1e', '1b8d3e5a609f8a7c1e9f8a7c1e5b3d42960fae7c']
    .map((hash) => `Keep this secret safe\n${hash}`)
    .join('\n')
  expect(redactor.text(log)).toBe(log)
})
