// Everything in one process, since starting Node and reading the SDK takes longer than most tests.
import './service.js'
import './retries.js'
import './webhooks.js'
