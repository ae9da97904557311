export { Maintenance, type MaintenanceOptions, type MaintenanceReport } from './maintenance.ts'
