import { render } from 'preact';
import { App } from './app.tsx';
import { applyTheme, readTheme } from './shell/theme.ts';
import './style/colours.css';
import './style/base.css';
import './style/head.css';
import './style/table.css';
import './style/panels.css';

applyTheme(readTheme());
const place = document.querySelector('#app');
if (place !== null) render(<App />, place);
