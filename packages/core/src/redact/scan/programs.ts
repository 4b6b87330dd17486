import type { RedactionKind } from '../text/placeholder.ts'

/** A user with a password behind a colon (or `%`, or a comma), a password in a word of its own, or one joined to its flag. */
export type Takes = 'user' | 'password' | 'joined'

/** The secrets that a program takes. */
export interface Program {
  readonly name: string
  /** The words behind the name that say what it does. */
  readonly verbs: readonly string[]
  readonly flags: readonly (readonly [flag: string, takes: Takes])[]
  /** The place of a secret among the words that are no flags, of the last one where it is negative. */
  readonly plain?: { readonly at: number; readonly kind: RedactionKind; readonly flag?: RegExp }
}

/** Programs that are told a secret by a short flag, or by a word that no flag tells of. */
export const programs: readonly Program[] = [
  ...withFlags('curl', '-u user --user user -U user --proxy-user user'),
  ...withFlags('http', '-a user --auth user'),
  ...withFlags('https xh', '-a user'),
  ...withFlags('sshpass', '-p password -p joined'),
  ...['docker', 'podman', 'az', 'oc', 'cf', 'nerdctl', 'argocd'].flatMap((name) =>
    withFlags(name, '-p password <<< password', 'login'),
  ),
  ...withFlags('helm', '-p password', 'registry login'),
  ...withFlags(
    'twine psexec PsExec cypher-shell cqlsh smbmap evil-winrm ncftp mongosh mongodump mongorestore mongoimport mongoexport',
    '-p password',
  ),
  ...withFlags('mongo', '-p password', '-u'),
  ...withFlags('redis-cli', '-a password --pass password'),
  ...withFlags('redis-server', '--requirepass password --masterauth password'),
  ...withFlags('mysql mysqldump mysqlimport mariadb mariadb-dump 7z 7za', '-p joined'),
  ...withFlags('mysqladmin', '-p joined'),
  ...withPlain('mysqladmin', 'password', { at: 0, kind: 'password' }),
  ...withFlags('ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami', '-w password'),
  ...withFlags('openssl', 'pass: joined -k password'),
  ...withFlags('zip unzip sqlcmd bcp mosquitto_pub mosquitto_sub ipmitool', '-P password'),
  ...withFlags('keytool', '-storepass password -keypass password'),
  ...withFlags('jarsigner', '-storepass password'),
  ...withFlags('ssh-keygen', '-N password -P password'),
  ...withFlags('signtool', '/p password'),
  ...withFlags('xfreerdp', '/p: joined'),
  ...withFlags('cmdkey', '/pass: joined'),
  ...withFlags('schtasks', '/rp password'),
  ...withFlags('plink pscp psftp putty', '-pw password'),
  ...withFlags('swaks', '-ap password'),
  ...withFlags('skopeo', '--creds user'),
  ...withFlags('lftp', '-u user'),
  ...withFlags('rar', '-hp joined'),
  ...withFlags('passwd kinit', '<<< password'),
  ...withFlags('chpasswd', '<<< user'),
  ...withFlags('sudo', '<<< password', '-S'),
  ...withPlain('htpasswd', '', { at: -1, kind: 'password', flag: /^-[a-zA-Z]*b/ }),
  ...withPlain('net', 'user', { at: 1, kind: 'password' }),
  ...withPlain('rasdial', '', { at: 2, kind: 'password' }),
  ...withPlain('wpa_passphrase', '', { at: 1, kind: 'password' }),
  ...withPlain('neo4j-admin', 'set-initial-password', { at: 0, kind: 'password' }),
  ...['add_user', 'change_password'].flatMap((verb) => withPlain('rabbitmqctl', verb, { at: 1, kind: 'password' })),
  ...withPlain('vault', 'login', { at: 0, kind: 'token' }),
  ...withPlain('cargo', 'login', { at: 0, kind: 'token' }),
  ...withPlain('ngrok', 'authtoken', { at: 0, kind: 'token' }),
  ...withPlain('ngrok', 'config add-authtoken', { at: 0, kind: 'token' }),
  ...withPlain('mc', 'alias set', { at: 3, kind: 'secret' }),
]

function withFlags(names: string, flags: string, verbs = ''): Program[] {
  const words = flags.split(' ')
  const pairs = words.flatMap((flag, at) => (at % 2 === 0 ? [[flag, words[at + 1] as Takes] as const] : []))
  return names.split(' ').map((name) => ({ name, verbs: verbsOf(verbs), flags: pairs }))
}

function withPlain(name: string, verbs: string, plain: Program['plain'] & object): Program[] {
  return [{ name, verbs: verbsOf(verbs), flags: [], plain }]
}

function verbsOf(verbs: string): string[] {
  return verbs === '' ? [] : verbs.split(' ')
}
