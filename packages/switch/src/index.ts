export { nameDialog, readDialog } from './dialog-name.ts';
export { type SwitchSettings, switchConfig, switchSettings } from './settings.ts';
export { createSwitch, Switch } from './switch.ts';
export { ParkedCall, type ParkedCallOptions } from './parking/parked-call.ts';
