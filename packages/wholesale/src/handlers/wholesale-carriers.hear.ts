import type { Scope } from '@tandem/engine';
import { carrierNews } from '../carriers/carrier-news.ts';
import type { NewsDesk } from '../carriers/news-desk.ts';
import type { CatalogueSource } from '../decks/catalogue.ts';

/** wholesale.carriers: takes in what a sister tells of carriers; anything else is left alone. */
export function handleCarrierNews(scope: Scope, source: CatalogueSource, news: NewsDesk): void {
  scope.handle('wholesale.carriers', { as: 'wholesale.carriers' }, ({ params }) => {
    const read = carrierNews.safeParse(params);
    if (read.success && read.data.node !== scope.node) {
      news.hear(read.data, source.current?.setup);
    }
  });
}
