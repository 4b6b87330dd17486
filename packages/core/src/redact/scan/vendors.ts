import type { RedactionKind } from '../text/placeholder.ts'

/**
 * The alphabet of the rest of a key: letters and digits; those with `-` and `_`; with `.` too, and `$`; base64; and
 * parts of these.
 */
export type Alphabet = 'alphanumeric' | 'word' | 'dotted' | 'dollars' | 'base64' | 'hex' | 'upper'

/** Keys of one vendor: a prefix nobody else uses, and so many characters of an alphabet behind it. */
export interface VendorKey {
  readonly vendor: string
  readonly kind: RedactionKind
  readonly prefix: string
  readonly alphabet: Alphabet
  readonly shortest: number
  readonly longest: number
  /**
   * The place where the format is documented: the vendor's documentation, or the rule of a scanner that takes it from
   * there.
   */
  readonly source: string
}

type Row = readonly [
  vendor: string,
  kind: RedactionKind,
  prefixes: string,
  alphabet: Alphabet,
  shortest: number,
  longest: number,
  source: string,
]

const any = Infinity

const rows: readonly Row[] = [
  // Code and packages
  ['GitHub', 'github_token', 'ghp_ gho_ ghu_ ghs_ ghr_', 'alphanumeric', 30, any, 'docs.github.com'],
  ['GitHub, fine-grained', 'github_token', 'github_pat_', 'word', 40, any, 'docs.github.com'],
  [
    'GitLab',
    'token',
    'glpat- gldt- glrt- glft- glcbt- gloas- glptt- glimt- glsoat-',
    'dotted',
    20,
    any,
    'docs.gitlab.com',
  ],
  ['GitLab, agents', 'token', 'glagent- glffct-', 'word', 20, any, 'docs.gitlab.com'],
  ['GitLab, runners of old', 'token', 'GR1348941', 'word', 20, any, 'docs.gitlab.com'],
  ['Bitbucket', 'token', 'ATBB', 'alphanumeric', 28, 40, 'support.atlassian.com'],
  ['Atlassian', 'token', 'ATATT3 ATCTT3', 'base64', 60, any, 'support.atlassian.com'],
  ['npm', 'npm_token', 'npm_', 'alphanumeric', 36, any, 'docs.npmjs.com'],
  ['PyPI', 'token', 'pypi-', 'word', 50, any, 'pypi.org/help'],
  ['RubyGems', 'api_key', 'rubygems_', 'hex', 48, 48, 'guides.rubygems.org'],
  ['crates.io', 'token', 'cio', 'alphanumeric', 32, 32, 'github.blog (secret scanning)'],
  ['NuGet', 'api_key', 'oy2', 'alphanumeric', 43, 43, 'learn.microsoft.com/nuget'],
  ['Clojars', 'token', 'CLOJARS_', 'alphanumeric', 60, 60, 'gitleaks'],
  ['JFrog', 'api_key', 'AKCp', 'alphanumeric', 60, any, 'jfrog.com/help'],
  ['JFrog, reference tokens', 'token', 'cmVmd', 'alphanumeric', 59, 59, 'jfrog.com/help'],
  ['Docker Hub', 'token', 'dckr_pat_ dckr_oat_', 'word', 27, any, 'docs.docker.com'],
  ['CircleCI', 'token', 'CCIPAT_ CCIPRJ_', 'word', 40, any, 'circleci.com/docs'],
  ['Buildkite', 'token', 'bkua_', 'hex', 40, 40, 'buildkite.com/docs'],
  ['SonarQube', 'token', 'squ_ sqp_ sqa_', 'hex', 40, 40, 'docs.sonarsource.com'],
  ['Sourcegraph', 'token', 'sgp_', 'word', 40, any, 'sourcegraph.com/docs'],
  ['Postman', 'api_key', 'PMAK-', 'word', 50, any, 'learning.postman.com'],
  ['Snyk', 'token', 'snyk_uat.', 'dotted', 40, any, 'docs.snyk.io'],
  ['Octopus Deploy', 'api_key', 'API-', 'upper', 26, 32, 'octopus.com/docs'],
  ['Infracost', 'api_key', 'ico-', 'alphanumeric', 32, 32, 'gitleaks'],
  ['Scalingo', 'token', 'tk-us-', 'word', 48, 48, 'gitleaks'],
  ['Defined Networking', 'token', 'dnkey-', 'word', 79, 79, 'gitleaks'],
  ['Frame.io', 'token', 'fio-u-', 'word', 64, 64, 'gitleaks'],
  ['Settlemint', 'token', 'sm_aat_ sm_pat_ sm_sat_', 'alphanumeric', 16, 16, 'gitleaks'],
  ['Intra 42', 'secret', 's-s4t2ud- s-s4t2af-', 'hex', 64, 64, 'gitleaks'],
  ['Any, as a URI', 'secret', 'secret-token:', 'dotted', 16, any, 'RFC 8959'],
  // Clouds and hosting
  ['AWS', 'aws_key', 'AKIA ASIA ABIA ACCA', 'upper', 16, 16, 'docs.aws.amazon.com'],
  ['AWS Bedrock', 'aws_key', 'ABSK', 'base64', 100, any, 'docs.aws.amazon.com'],
  ['Google, keys', 'google_key', 'AIza', 'word', 35, 35, 'cloud.google.com/docs'],
  ['Google, access tokens', 'google_key', 'ya29.', 'dotted', 20, any, 'cloud.google.com/docs'],
  ['Google, refresh tokens', 'google_key', '1//0', 'word', 40, any, 'developers.google.com/identity'],
  ['Google, client secrets', 'google_key', 'GOCSPX-', 'word', 28, any, 'developers.google.com/identity'],
  ['Alibaba Cloud', 'api_key', 'LTAI', 'alphanumeric', 12, 26, 'alibabacloud.com/help'],
  ['Tencent Cloud', 'api_key', 'AKID', 'alphanumeric', 32, 32, 'cloud.tencent.com/document'],
  ['Yandex Cloud', 'api_key', 'AQVN', 'word', 35, any, 'yandex.cloud/docs'],
  ['Yandex', 'token', 'y0_', 'word', 50, any, 'yandex.com/dev/id'],
  ['IBM Cloud', 'api_key', 'ApiKey-', 'word', 36, 44, 'cloud.ibm.com/docs'],
  ['DigitalOcean', 'token', 'dop_v1_ doo_v1_ dor_v1_', 'hex', 64, 64, 'docs.digitalocean.com'],
  ['Heroku', 'api_key', 'HRKU-', 'word', 36, any, 'devcenter.heroku.com'],
  ['Vercel', 'token', 'vcp_ vci_ vca_ vcr_ vck_', 'alphanumeric', 20, 60, 'vercel.com/docs'],
  ['Vercel, stores', 'token', 'vercel_blob_rw_', 'word', 40, any, 'vercel.com/docs'],
  ['Netlify', 'token', 'nfp_ nfc_ nfu_', 'alphanumeric', 36, any, 'docs.netlify.com'],
  ['Render', 'api_key', 'rnd_', 'alphanumeric', 28, any, 'render.com/docs'],
  ['Fly.io', 'token', 'fm1a_ fm1r_ fm2_', 'base64', 60, any, 'fly.io/docs'],
  ['Fly.io, of old', 'token', 'fo1_', 'word', 43, 43, 'fly.io/docs'],
  ['Cloudflare', 'api_key', 'cfk_ cfut_ cfat_', 'alphanumeric', 48, 48, 'developers.cloudflare.com'],
  ['Cloudflare, origin certificates', 'api_key', 'v1.0-', 'word', 100, any, 'developers.cloudflare.com'],
  ['Tailscale', 'api_key', 'tskey-', 'word', 24, any, 'tailscale.com/kb'],
  ['HashiCorp Vault', 'token', 'hvs. hvb. hvr.', 'word', 24, any, 'developer.hashicorp.com/vault'],
  ['Pulumi', 'token', 'pul-', 'hex', 40, 40, 'pulumi.com/docs'],
  ['Doppler', 'token', 'dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.', 'dotted', 40, any, 'docs.doppler.com'],
  ['Infisical', 'token', 'st.', 'dotted', 60, any, 'infisical.com/docs'],
  ['1Password, service accounts', 'token', 'ops_eyJ', 'base64', 100, any, 'developer.1password.com'],
  ['1Password, accounts', 'secret', 'A3-', 'word', 33, 36, 'support.1password.com'],
  ['age', 'secret', 'AGE-SECRET-KEY-1', 'upper', 58, 58, 'age-encryption.org'],
  ['OpenShift', 'token', 'sha256~', 'word', 43, 43, 'docs.openshift.com'],
  ['Harness', 'token', 'pat. sat.', 'dotted', 60, any, 'developer.harness.io'],
  // Data
  ['Databricks', 'token', 'dapi', 'hex', 32, 34, 'docs.databricks.com'],
  ['PlanetScale', 'token', 'pscale_tkn_ pscale_pw_ pscale_oauth_', 'dotted', 32, any, 'planetscale.com/docs'],
  ['Supabase', 'api_key', 'sbp_ sb_secret_', 'word', 20, any, 'supabase.com/docs'],
  ['Neon', 'api_key', 'napi_', 'alphanumeric', 50, any, 'neon.com/docs'],
  ['MongoDB Atlas', 'secret', 'mdb_sa_sk_', 'word', 30, any, 'mongodb.com/docs'],
  ['Pinecone', 'api_key', 'pcsk_', 'word', 50, any, 'docs.pinecone.io'],
  ['ClickHouse Cloud', 'secret', '4b1d', 'alphanumeric', 38, 38, 'clickhouse.com/docs'],
  ['Airtable', 'token', 'pat', 'dotted', 79, 79, 'airtable.com/developers'],
  ['Contentful', 'token', 'CFPAT-', 'word', 43, any, 'contentful.com/developers'],
  ['Notion', 'token', 'ntn_ secret_', 'alphanumeric', 43, 50, 'developers.notion.com'],
  ['Aiven', 'password', 'AVNS_', 'word', 16, 24, 'aiven.io/docs'],
  ['Apify', 'token', 'apify_api_', 'alphanumeric', 30, any, 'docs.apify.com'],
  // Models
  ['OpenRouter', 'api_key', 'sk-or-v1-', 'hex', 64, 64, 'openrouter.ai/docs'],
  ['Hugging Face', 'api_key', 'hf_ api_org_', 'alphanumeric', 30, 40, 'huggingface.co/docs'],
  ['Groq', 'api_key', 'gsk_', 'alphanumeric', 48, 60, 'console.groq.com/docs'],
  ['xAI', 'api_key', 'xai-', 'alphanumeric', 70, any, 'docs.x.ai'],
  ['Perplexity', 'api_key', 'pplx-', 'alphanumeric', 40, any, 'docs.perplexity.ai'],
  ['Replicate', 'token', 'r8_', 'alphanumeric', 37, 40, 'replicate.com/docs'],
  ['NVIDIA', 'api_key', 'nvapi-', 'word', 50, any, 'docs.nvidia.com'],
  ['Together', 'api_key', 'tgp_v1_', 'word', 40, any, 'docs.together.ai'],
  ['Fireworks', 'api_key', 'fw_', 'alphanumeric', 22, 24, 'docs.fireworks.ai'],
  ['ElevenLabs', 'api_key', 'sk_', 'hex', 48, 48, 'elevenlabs.io/docs'],
  ['LangSmith', 'api_key', 'lsv2_pt_ lsv2_sk_', 'word', 42, any, 'docs.smith.langchain.com'],
  ['Langfuse', 'api_key', 'sk-lf-', 'word', 36, any, 'langfuse.com/docs'],
  ['Jina', 'api_key', 'jina_', 'word', 50, any, 'jina.ai'],
  ['Voyage', 'api_key', 'pa-', 'word', 43, 43, 'docs.voyageai.com'],
  ['Tavily', 'api_key', 'tvly-', 'word', 30, any, 'docs.tavily.com'],
  ['Firecrawl', 'api_key', 'fc-', 'hex', 32, 32, 'docs.firecrawl.dev'],
  ['Weights & Biases', 'api_key', 'wandb_v1_', 'word', 60, any, 'docs.wandb.ai'],
  ['RunPod', 'api_key', 'rpa_', 'alphanumeric', 40, 48, 'betterleaks'],
  ['Cerebras', 'api_key', 'csk-', 'alphanumeric', 48, 48, 'inference-docs.cerebras.ai'],
  ['E2B', 'api_key', 'e2b_', 'hex', 40, 40, 'e2b.dev/docs'],
  ['Context7', 'api_key', 'ctx7sk-', 'word', 36, 36, 'context7.com/docs'],
  ['Inngest', 'secret', 'signkey-prod- signkey-test- signkey-branch-', 'hex', 32, 64, 'inngest.com/docs'],
  ['Browser Use', 'api_key', 'bu_', 'word', 43, 43, 'docs.browser-use.com'],
  ['Browserbase', 'api_key', 'bb_live_ bb_test_', 'word', 24, any, 'docs.browserbase.com'],
  // Money and shops
  ['Stripe', 'stripe_key', 'sk_live_ sk_test_ rk_live_ rk_test_ whsec_', 'base64', 16, any, 'docs.stripe.com'],
  ['Shopify', 'token', 'shpat_ shpca_ shppa_ shpss_ shptka_', 'alphanumeric', 32, 64, 'shopify.dev/docs'],
  ['Square', 'token', 'sq0atp- sq0csp- sq0idp-', 'word', 22, any, 'developer.squareup.com'],
  ['Square, production', 'token', 'EAAA', 'word', 56, 70, 'developer.squareup.com'],
  ['Facebook', 'token', 'EAAC EAAB EAAG EAAJ EAAD', 'alphanumeric', 80, any, 'developers.facebook.com'],
  [
    'PayPal Braintree',
    'token',
    'access_token$production$ access_token$sandbox$',
    'dollars',
    32,
    any,
    'developer.paypal.com',
  ],
  ['Plaid', 'token', 'access-sandbox- access-production- access-development-', 'word', 36, 36, 'plaid.com/docs'],
  ['Razorpay', 'api_key', 'rzp_live_ rzp_test_', 'alphanumeric', 14, any, 'razorpay.com/docs'],
  ['Flutterwave', 'api_key', 'FLWSECK- FLWSECK_TEST-', 'word', 12, any, 'developer.flutterwave.com'],
  ['WooCommerce', 'secret', 'cs_ ck_', 'hex', 40, 40, 'woocommerce.github.io'],
  ['Shippo', 'token', 'shippo_live_ shippo_test_', 'hex', 40, 40, 'docs.goshippo.com'],
  ['EasyPost', 'api_key', 'EZAK EZTK', 'alphanumeric', 54, 58, 'docs.easypost.com'],
  ['Duffel', 'token', 'duffel_live_ duffel_test_', 'word', 40, any, 'duffel.com/docs'],
  // Messages
  [
    'Slack',
    'slack_token',
    'xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxc- xoxd- xoxo- xapp-',
    'word',
    10,
    any,
    'docs.slack.dev',
  ],
  ['Twilio', 'api_key', 'SK', 'hex', 32, 32, 'twilio.com/docs'],
  ['SendGrid', 'api_key', 'SG.', 'dotted', 60, 80, 'twilio.com/docs/sendgrid'],
  ['Brevo', 'api_key', 'xkeysib- xsmtpsib-', 'word', 64, any, 'developers.brevo.com'],
  ['Mailgun', 'api_key', 'key-', 'hex', 32, 32, 'documentation.mailgun.com'],
  ['Resend', 'api_key', 're_', 'word', 30, 40, 'resend.com/docs'],
  ['MailerSend', 'api_key', 'mlsn.', 'hex', 64, 64, 'developers.mailersend.com'],
  ['HubSpot', 'token', 'pat-na1- pat-na2- pat-eu1- pat-ap1-', 'word', 36, 36, 'developers.hubspot.com'],
  ['Typeform', 'token', 'tfp_', 'dotted', 40, any, 'typeform.com/developers'],
  // Planning, design, watching
  ['Linear', 'api_key', 'lin_api_ lin_oauth_', 'word', 32, any, 'linear.app/developers'],
  ['Figma', 'token', 'figd_ figdr_ figu_', 'word', 40, any, 'figma.com/developers'],
  ['Mapbox', 'token', 'sk.eyJ', 'dotted', 60, any, 'docs.mapbox.com'],
  ['Dropbox', 'token', 'sl.', 'dotted', 100, any, 'dropbox.com/developers'],
  ['Grafana', 'token', 'glc_ glsa_ eyJrIjoi', 'base64', 32, any, 'grafana.com/docs'],
  ['Sentry', 'token', 'sntrys_ sntryu_', 'base64', 40, any, 'docs.sentry.io'],
  ['New Relic', 'api_key', 'NRAK- NRII- NRJS- NRIQ- NRAA- NRRA-', 'word', 19, 42, 'docs.newrelic.com'],
  ['Dynatrace', 'token', 'dt0c01. dt0s16. dt0s02.', 'dotted', 60, any, 'docs.dynatrace.com'],
  ['PostHog', 'api_key', 'phx_ phs_', 'alphanumeric', 30, any, 'posthog.com/docs'],
  ['LaunchDarkly', 'api_key', 'sdk-', 'word', 36, 36, 'launchdarkly.com/docs'],
  ['ReadMe', 'api_key', 'rdme_', 'alphanumeric', 60, any, 'docs.readme.com'],
  ['Prefect', 'api_key', 'pnu_ pnb_', 'alphanumeric', 36, 36, 'docs.prefect.io'],
  ['Cal.com', 'api_key', 'cal_live_', 'hex', 32, 32, 'cal.com/docs'],
  ['Adobe', 'secret', 'p8e- p8-', 'word', 32, 40, 'developer.adobe.com'],
]

/** Addresses behind which the key stands, up to the end of the path. */
export const secretAddresses: readonly {
  readonly prefix: string
  readonly kind: RedactionKind
  readonly source: string
}[] = [
  { prefix: 'hooks.slack.com/services/', kind: 'slack_token', source: 'docs.slack.dev' },
  { prefix: 'hooks.slack.com/workflows/', kind: 'slack_token', source: 'docs.slack.dev' },
  { prefix: 'hooks.slack.com/triggers/', kind: 'slack_token', source: 'docs.slack.dev' },
  { prefix: 'discord.com/api/webhooks/', kind: 'token', source: 'docs.discord.com' },
  { prefix: 'discordapp.com/api/webhooks/', kind: 'token', source: 'docs.discord.com' },
  { prefix: 'webhook.office.com/webhookb2/', kind: 'token', source: 'learn.microsoft.com/microsoftteams' },
  { prefix: 'hooks.zapier.com/hooks/catch/', kind: 'token', source: 'help.zapier.com' },
  { prefix: 'api.telegram.org/bot', kind: 'token', source: 'core.telegram.org/bots/api' },
]

/** Keys by vendor, one entry for each prefix. */
export const vendorKeys: readonly VendorKey[] = rows.flatMap(
  ([vendor, kind, prefixes, alphabet, shortest, longest, source]) =>
    prefixes.split(' ').map((prefix) => ({ vendor, kind, prefix, alphabet, shortest, longest, source })),
)
