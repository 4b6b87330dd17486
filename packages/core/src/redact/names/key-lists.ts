import type { RedactionKind } from '../text/placeholder.ts'

type Lists = Partial<Record<RedactionKind, string>>

/**
 * Names that are unmistakable, also behind other words (`dbPassword`, `X-Auth-Token`, `NPM_ACCESS_TOKEN`): one token under them is a
 * secret whatever it is. Hyphens part words.
 */
export const sureNames: Lists = {
  password:
    'password passwd pwd pswd passphrase pass-phrase passcode password-confirmation password-confirm password-again password-repeat mysql-pwd passwort kennwort contrasena contraseña senha wachtwoord hasło haslo heslo jelszó parola şifre sifre mot-de-passe motdepasse lösenord passord adgangskode salasana пароль db-pass database-pass user-pass login-pass smtp-pass imap-pass pop-pass ftp-pass sftp-pass ssh-pass mail-pass email-pass admin-pass root-pass mysql-pass pg-pass postgres-pass redis-pass mongo-pass rabbitmq-pass amqp-pass ldap-pass proxy-pass auth-pass http-pass registry-pass docker-pass vpn-pass wifi-pass keystore-pass sudo-pass psk pre-shared-key preshared-key wpa-psk bind-pw root-pw db-pw user-pw admin-pw login-pw şifreniz sifreniz şifren wachtwoorden',
  one_time_code:
    'otp totp otp-code totp-code one-time-code one-time-password one-time-passcode mfa-code 2fa-code tfa-code verification-code two-factor-code authenticator-code sms-code login-code',
  card: 'card-number card-no cc-number ccnum cvc cvv cvc2 cvv2 card-code card-cvc card-cvv cc-csc csc security-code card-verification-value',
  authorization: 'authorization authorisation',
  cookie: 'set-cookie',
  session: 'jsessionid phpsessid connect-sid',
  api_key: 'api-key subscription-key functions-key maps-key app-api-key',
  token:
    'access-token auth-token authentication-token refresh-token id-token csrf-token xsrf-token session-token security-token api-token oauth-token bot-token private-token github-token gitlab-token npm-token deploy-token vault-token login-token reset-token reset-password-token user-token service-token client-token webhook-token bearer-token authenticity-token csrfmiddlewaretoken request-verification-token sas-token personal-access-token jwt-token invite-token verification-token magic-token identity-token webhook-secret-token xsrf csrf',
  secret:
    'secret secret-key-base client-secret private-key secret-key secret-access-key access-key-secret encryption-key signing-key master-key account-key shared-access-key shared-secret hmac-key auth-key recovery-phrase seed-phrase mnemonic-phrase backup-phrase recovery-key recovery-code backup-code wallet-seed client-key-data setup-key secret-string priv-key code-verifier client-assertion unseal-key oauth-verifier security-answer',
}

/** Names that are unmistakable when nothing else is in the name. */
export const sureWholeNames: Lists = {
  cookie: 'cookie cookies',
  password: 'mdp passwords',
}

/** Words behind a name, in languages that say there which of several it is: `Mot de passe temporaire`, `Contraseña de la cuenta`. */
export const wordsBehindNames: ReadonlySet<string> = new Set(
  'temporaire provisoire initial initiale actuel actuelle administrateur admin compte temporal inicial actual provisional administrador cuenta temporária temporário provisória atual conta account temporanea temporaneo iniziale attuale provvisoria amministratore tymczasowe wifi fi wlan réseau'.split(
    ' ',
  ),
)

/** Words between a name and those. */
export const wordsBetween: ReadonlySet<string> = new Set(['du', 'de', 'la', 'do', 'da', 'dell', 'wi'])

/** Names that also count, locate or name something: what stands under them is a secret where it looks like one. */
export const doubtfulNames: Lists = {
  password: 'pass',
  token: 'token jwt bearer github-pat gitlab-pat azure-pat ado-pat access-tokens refresh-tokens api-tokens auth-tokens',
  one_time_code: 'pin pin-code puk puk-code',
  session: 'session-id session-key',
  cookie: 'session-cookie auth-cookie',
  secret:
    'saml-response mnemonic credential credentials password-hash password-digest auth-salt secure-auth-salt logged-in-salt nonce-salt secure-auth-key logged-in-key nonce-key backup-codes recovery-codes rescue-codes scratch-codes emergency-codes ssn social-security-number secret-keys private-keys client-secrets device-code wifi-key wlan-key wpa-key wpa2-key wpa3-key wep-key network-key network-security-key wireless-key netzwerkschlüssel netzwerkschluessel wlan-schlüssel wlan-schluessel wpa-schlüssel wpa2-schlüssel clé-wifi clé-réseau clave-wifi chave-wifi chiave-wifi',
  api_key:
    'api-keys app-key application-key service-key license-key licence-key access-key consumer-key server-key deploy-key storage-key',
}

/** Doubtful names that count only when nothing else is in the name. */
export const doubtfulWholeNames: Lists = {
  session: 'session sid sessid',
  authorization: 'auth',
  secret: 'secrets',
}

/** Words before `token` that make it no secret: of a tokenizer, of the next page of a list, of a call that can be cancelled. */
export const harmlessTokens: ReadonlySet<string> = new Set(
  'next page continuation continue cursor sync cancel cancellation abort stop end start eos bos pad unk mask sep cls special first last current previous design color colour unexpected illegal max min num total input output prompt completion per scroll resumption pagination after before'.split(
    ' ',
  ),
)

/** Words before `key` that make it no secret, in names of variables: `PRIMARY_KEY`. */
export const harmlessKeys: ReadonlySet<string> = new Set(
  'public publishable primary foreign sort partition cache object idempotency hot shortcut map lookup group row column translation message storage hash range dedupe event registry index unique composite candidate'.split(
    ' ',
  ),
)

/** Words before `pin` that make it no secret: everybody in the room joins by that of a game. */
export const harmlessPins: ReadonlySet<string> = new Set(
  'game kahoot quiz spiel map board location drop gpio arduino led chip digital analog pwm adc tx rx sda scl output data servo relay sensor bowling hair connector safety push rolling lapel enamel cotter dowel header firing drawing'.split(
    ' ',
  ),
)
/** The same behind it, in languages that say it so. */
export const pinsOfGames = 'juego|jogo|jeu|gioco|quiz|mapa|carte|mappa'

/** Words before `pass` that make it one to get in with: a ticket. */
export const harmlessPasses: ReadonlySet<string> = new Set(
  'boarding ski lift season bus train rail metro hall access day entry gate visitor visitors vip parking transit tram ferry flight weekend annual monthly weekly festival museum travel city park press backstage event mountain'.split(
    ' ',
  ),
)

/** Words before `card number` that make it no card to pay with. */
export const harmlessCards: ReadonlySet<string> = new Set(
  'loyalty library membership member rewards bonus club'.split(' '),
)

/** Words before a name that make it one of a field to search in. */
export const searchWords: ReadonlySet<string> = new Set(['search', 'find', 'filter'])

/** Words before `password` that make a question, a switch or a link of it: `showPassword`, `forgot_password`. */
export const verbsBeforeNames: ReadonlySet<string> = new Set(
  'has is show hide forgot forgotten lost reset change update require requires required with without no needs use uses enable disable allow can should must set missing invalid wrong incorrect weak bad error errors valid toggle view see save remember check validate min max'.split(
    ' ',
  ),
)
