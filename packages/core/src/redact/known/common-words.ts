/**
 * Words that services, defaults and examples are called by and are given as their password: `POSTGRES_PASSWORD=postgres`. They stand in much
 * that is no secret.
 */
const commonWords = new Set(
  'postgres postgresql mysql mariadb redis mongo mongodb rabbitmq minio minioadmin elastic elasticsearch kibana grafana prometheus keycloak cassandra clickhouse oracle sqlserver sqlite database docker kubernetes nginx apache tomcat jenkins admin administrator root user username guest owner public private default example sample demo test testing tester dummy secret password passwort passwd changeme change-me changeit please-change develop development staging production local localdev backend frontend service server client application super superuser supersecret master system manager letmein welcome'.split(
    ' ',
  ),
)

/**
 * Tells whether a registered value is a common word, such as `postgres`: it is known where it stands whole under the name of a secret,
 * and is looked for nowhere else.
 */
export function isCommonWord(value: string): boolean {
  return commonWords.has(value.toLowerCase())
}
