import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/redact/redactor.ts'

const redactor = createRedactor({ fingerprint: () => '01234567' })
const brief = (text: string): string => redactor.text(text).replaceAll(/\[redacted:(\w+):[0-9a-f]{8}\]/g, '<$1>')

describe('a command is read the same from a line, from lists of code and of YAML, and from data', () => {
  test.each([
    ['docker login -u ada -p § a.test', '§'],
    ['curl -s -u ada:§ https://a.test', 'ada:§'],
    ['/usr/bin/mysqldump -uroot -p§ shop', '-p§'],
    ['redis-server --requirepass § --port 6379', '§'],
    ['sudo htpasswd -bc .htpasswd ada §', '§'],
    ['sshpass -p § ssh ada@host', '§'],
  ])('%s', (command, word) => {
    const secret = 'Otter86-lake'
    const told = '[redacted:password:01234567]'
    const words = command.replace('§', secret).split(' ')
    const written = (text: string): string => text.replace(secret, told)
    const texts = [
      words.join(' '),
      JSON.stringify(words),
      JSON.stringify(words, null, 2),
      `run(${words.map((text) => `'${text}'`).join(', ')})`,
      `command:\n${words.map((text) => `  - ${text}\n`).join('')}image: a`,
    ]
    expect(texts.map((text) => redactor.text(text))).toEqual(texts.map(written))
    expect(redactor.value(words)).toEqual(words.map(written))
    expect(words.map(written)).toContain(word.replace('§', told))
  })
})

test.each([
  ['-p is no password of what is not told to log in', 'docker run -p Otter86-lake a'],
  ['a word that is in the place of one', 'curl -u ada:$PASSWORD https://a.test'],
  ['a word that is in the place of one', '["curl","-u","ada:<password>"]'],
  ['ports', '["docker","run","--name","mongo","-p","27017:27017"]'],
  ['prose', 'net user growth rose 12% in May'],
])('%s is left whole: %s', (_, text) => {
  expect(redactor.text(text)).toBe(text)
})

test('of a command in quotes the word ends where they do', () => {
  expect(brief("run('redis-cli -a Otter86-lake', 'redis-cli -a <password>')")).toBe(
    "run('redis-cli -a <password>', 'redis-cli -a <password>')",
  )
})

const secrets = Array.from({ length: 40 }, (_, index) => `Hx${index}q7Zk${(index * 7919 + 13).toString(36)}Pw`)

test.each([
  (secret: string) => `curl -u ada:${secret}`,
  (secret: string) => `mysql -p${secret} shop`,
  (secret: string) => `sshpass -p ${secret} ssh db`,
  (secret: string) => `docker login -u ada -p ${secret} reg.example`,
  (secret: string) => `htpasswd -b users ada ${secret}`,
  (secret: string) => `openssl enc -k ${secret} -in a`,
  (secret: string) => `ldapsearch -w ${secret} -x`,
  (secret: string) => `app.secret_key = ${secret}${secret}`,
])('every secret of a line is found, however many commands stand in it (%#)', (command) => {
  for (const between of [' ', ', ', '. ', ' && ']) {
    const text = redactor.text(secrets.map(command).join(between))
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  }
})
