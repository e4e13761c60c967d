import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatClock } from '../format/instant.ts';
import type { PlotData } from './load-history.ts';

const HEIGHT_PX = 195;
/** Colours of lines in the style sheet: `--line-1` to `--line-8`, then from the start again. */
const LINE_COLOURS = 8;
/** The axis shows at least this much time, so that two samples do not fill the plot. */
const SPAN_SECONDS_MIN = 120;
/** Steps of an axis of whole numbers: 1, 2, 5, 10, 20 … 5 000 000. */
const WHOLE_STEPS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6].flatMap((step) => [step, 2 * step, 5 * step]);

/** What a plot shows. */
export interface LivePlotProps {
  readonly title: string;
  readonly data: PlotData;
  readonly format: (value: number) => string;
  /** Only whole numbers on the axis. */
  readonly isWhole?: boolean;
  /** The end of the axis, where it is known; else it follows the lines. */
  readonly highest?: number;
}

/** Lines over time, with what they are now in words beside them. */
export function LivePlot({ title, data, format, isWhole = false, highest }: LivePlotProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [theme, setTheme] = useState(0);
  const names = data.names.join('\n');

  useEffect(() => {
    const repaint = (): void => setTheme((count) => count + 1);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    window.addEventListener('tandem-theme', repaint);
    dark.addEventListener('change', repaint);
    return () => {
      window.removeEventListener('tandem-theme', repaint);
      dark.removeEventListener('change', repaint);
    };
  }, []);

  useEffect(() => {
    const target = place.current!;
    const made = new uPlot(
      optionsOf(target, data.names, { format, isWhole, highest }),
      alignedOf(data),
      target,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: target.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(target);
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // Made anew only for other lines or colours; data alone is handed in below.
  }, [names, theme, format]);

  useEffect(() => plot.current?.setData(alignedOf(data)), [data]);

  return (
    <figure class="plot">
      <figcaption>
        <span class="plot-title">{title}</span>
        <Legend data={data} format={format} />
      </figcaption>
      <div
        ref={place}
        class="plot-canvas"
        role="img"
        aria-label={`${title}: ${saidOf(data, format)}`}
      />
    </figure>
  );
}

function Legend({ data, format }: Pick<LivePlotProps, 'data' | 'format'>): VNode {
  return (
    <ul class="legend">
      {data.names.map((name, index) => (
        <li key={name}>
          <span
            class={`legend-line legend-line-${(index % LINE_COLOURS) + 1}`}
            aria-hidden="true"
          />
          {name} <b>{lastOf(data, index, format)}</b>
        </li>
      ))}
    </ul>
  );
}

function lastOf(data: PlotData, index: number, format: LivePlotProps['format']): string {
  const value = data.lines[index]?.at(-1) ?? null;
  return value === null ? '–' : format(value);
}

function saidOf(data: PlotData, format: LivePlotProps['format']): string {
  if (data.names.length === 0) return 'no data yet';
  return data.names.map((name, index) => `${name} ${lastOf(data, index, format)}`).join(', ');
}

function alignedOf({ atSeconds, lines }: PlotData): uPlot.AlignedData {
  const last = atSeconds.at(-1);
  const begin = (last ?? 0) - SPAN_SECONDS_MIN;
  if (last === undefined || atSeconds[0]! <= begin) {
    return [[...atSeconds], ...lines.map((line) => [...line])];
  }
  return [[begin, ...atSeconds], ...lines.map((line) => [null, ...line])];
}

interface PlotStyle {
  readonly format: LivePlotProps['format'];
  readonly isWhole: boolean;
  readonly highest: number | undefined;
}

function optionsOf(
  target: HTMLElement,
  names: readonly string[],
  { format, isWhole, highest }: PlotStyle,
): uPlot.Options {
  const colour = (name: string): string => resolveColour(target, name);
  const axis = {
    stroke: colour('--text-muted'),
    grid: { stroke: colour('--grid'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    width: target.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    scales: {
      x: { time: true },
      y: { range: (_, __, max) => [0, highest ?? Math.max(1, max * 1.15)] },
    },
    axes: [
      {
        ...axis,
        space: 70,
        size: 28,
        values: (_, ticks) => ticks.map((tick) => formatClock(tick * 1_000)),
      },
      {
        ...axis,
        incrs: isWhole ? WHOLE_STEPS : [0.1, 0.2, 0.5, ...WHOLE_STEPS],
        size: 44,
        space: 32,
        values: (_, ticks) => ticks.map((tick) => format(tick)),
      },
    ],
    series: [
      {},
      ...names.map((label, index) => ({
        label,
        stroke: colour(`--line-${(index % LINE_COLOURS) + 1}`),
        width: 2,
        points: { show: false },
      })),
    ],
  };
}

/** What a variable of the style sheet is now, as a canvas understands it. */
function resolveColour(target: HTMLElement, name: string): string {
  const sample = document.createElement('span');
  sample.style.color = `var(${name})`;
  target.append(sample);
  const { color } = getComputedStyle(sample);
  sample.remove();
  return color;
}
