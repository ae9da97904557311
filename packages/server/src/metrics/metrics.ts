import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { QueueCounts } from '../mail-flow/queue/index.ts'
import type { RopCount } from '../worker/protocol.ts'

/** Seconds by which durations are sorted. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What the server counts. */
export class Metrics {
  readonly registry: Registry
  /** Requests of MAPI over HTTP, by endpoint, request type and X-ResponseCode. */
  readonly requests: Counter<'endpoint' | 'type' | 'code'>
  /** How long they took, but for NotificationWait. */
  readonly requestSeconds: Histogram<'endpoint' | 'type'>
  /** Attempts to authenticate by scheme and what became of them. */
  readonly authentications: Counter<'scheme' | 'result'>
  readonly autodiscover: Counter<'form' | 'result'>
  /** Requests to the web services by operation, and the code of the fault that answers them. */
  readonly webServices: Counter<'operation' | 'result'>
  /** Messages from outside, by what became of them, and recipients that were refused, by status code. */
  readonly smtpMessages: Counter<'result'>
  readonly smtpRefusals: Counter<'status'>
  readonly submissions: Counter<'result'>
  /** Recipients of mail to the outside, by what an attempt came to, and reports of the queue, by what they tell. */
  readonly outgoingRecipients: Counter<'result'>
  readonly outgoingReports: Counter<'kind'>
  /** Workers that died and were started again. */
  readonly workerRestarts: Counter

  /** @param gauges what is asked for when metrics are read */
  constructor(gauges: {
    sessions(endpoint: 'emsmdb' | 'nspi'): number
    waiters(): number
    connections(): number
    /** What was counted since this was last asked. */
    ropCounts(): Promise<readonly RopCount[]>
    /** What waits in the queue of mail to the outside. */
    queueCounts(): QueueCounts
  }) {
    const registry = new Registry()
    this.registry = registry
    const registers = [registry]
    collectDefaultMetrics({ register: registry })
    this.requests = new Counter({
      name: 'bourse_mapi_requests_total',
      help: 'Requests of MAPI over HTTP',
      labelNames: ['endpoint', 'type', 'code'],
      registers,
    })
    this.requestSeconds = new Histogram({
      name: 'bourse_mapi_request_seconds',
      help: 'How long requests of MAPI over HTTP took, but for NotificationWait',
      labelNames: ['endpoint', 'type'],
      buckets: BUCKETS,
      registers,
    })
    const ropSeconds = new Counter({
      name: 'bourse_rop_seconds_total',
      help: 'Time spent on remote operations',
      labelNames: ['rop'],
      registers,
    })
    new Counter({
      name: 'bourse_rops_total',
      help: 'Remote operations',
      labelNames: ['rop', 'result'],
      registers,
      async collect() {
        for (const { rop, succeeded, failed, seconds } of await gauges.ropCounts()) {
          this.inc({ rop, result: 'success' }, succeeded)
          this.inc({ rop, result: 'failure' }, failed)
          ropSeconds.inc({ rop }, seconds)
        }
      },
    })
    this.authentications = new Counter({
      name: 'bourse_authentications_total',
      help: 'Attempts to authenticate',
      labelNames: ['scheme', 'result'],
      registers,
    })
    this.webServices = new Counter({
      name: 'bourse_web_services_total',
      help: 'Requests to the web services',
      labelNames: ['operation', 'result'],
      registers,
    })
    this.autodiscover = new Counter({
      name: 'bourse_autodiscover_total',
      help: 'Answers of Autodiscover',
      labelNames: ['form', 'result'],
      registers,
    })
    this.smtpMessages = new Counter({
      name: 'bourse_smtp_messages_total',
      help: 'Messages from outside',
      labelNames: ['result'],
      registers,
    })
    this.smtpRefusals = new Counter({
      name: 'bourse_smtp_refused_recipients_total',
      help: 'Recipients of mail from outside that were refused',
      labelNames: ['status'],
      registers,
    })
    this.submissions = new Counter({
      name: 'bourse_smtp_submissions_total',
      help: 'Messages of users that came by SMTP',
      labelNames: ['result'],
      registers,
    })
    this.outgoingRecipients = new Counter({
      name: 'bourse_outgoing_recipients_total',
      help: 'Recipients of mail to the outside, by what an attempt came to',
      labelNames: ['result'],
      registers,
    })
    this.outgoingReports = new Counter({
      name: 'bourse_outgoing_reports_total',
      help: 'Reports to senders of mail to the outside',
      labelNames: ['kind'],
      registers,
    })
    new Gauge({
      name: 'bourse_outgoing_queue',
      help: 'What waits in the queue of mail to the outside: messages, recipients that are pending or held, reports that are owed',
      labelNames: ['what'],
      registers,
      collect() {
        for (const [what, count] of Object.entries(gauges.queueCounts())) this.set({ what }, count)
      },
    })
    this.workerRestarts = new Counter({
      name: 'bourse_worker_restarts_total',
      help: 'Worker threads that died and were started again',
      registers,
    })
    new Gauge({
      name: 'bourse_sessions',
      help: 'Session contexts',
      labelNames: ['endpoint'],
      registers,
      collect() {
        this.set({ endpoint: 'emsmdb' }, gauges.sessions('emsmdb'))
        this.set({ endpoint: 'nspi' }, gauges.sessions('nspi'))
      },
    })
    new Gauge({
      name: 'bourse_waiting_sessions',
      help: 'Clients that wait for notifications',
      registers,
      collect() {
        this.set(gauges.waiters())
      },
    })
    new Gauge({
      name: 'bourse_connections',
      help: 'Open connections',
      registers,
      collect() {
        this.set(gauges.connections())
      },
    })
  }

  /** Counts requests of one endpoint; what they are counted under is looked up once. */
  requestObserver(endpoint: string): (type: string, code: number, seconds: number) => void {
    const counters = new Map<string, Map<number, Counter.Internal>>()
    const histograms = new Map<string, Histogram.Internal<never>>()
    return (type, code, seconds) => {
      let ofType = counters.get(type)
      if (ofType === undefined) {
        ofType = new Map()
        counters.set(type, ofType)
        if (type !== 'NotificationWait') histograms.set(type, this.requestSeconds.labels(endpoint, type))
      }
      let counter = ofType.get(code)
      if (counter === undefined) {
        counter = this.requests.labels(endpoint, type, String(code))
        ofType.set(code, counter)
      }
      counter.inc()
      histograms.get(type)?.observe(seconds)
    }
  }
}
