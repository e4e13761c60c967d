export { nameDialog, readDialog } from './dialog-name.ts';
export { type SwitchSettings, switchConfig, switchSettings } from './settings.ts';
export { createSwitch, Switch } from './switch.ts';
