import { expect, it } from 'vitest';
import type { Flow } from '../transport/flow.ts';
import type { StackNotice } from '../transport/notice.ts';
import { MessageReceiver, type MessageReceiverOptions } from './message-receiver.ts';

it('counts a message that breaks the handling and tells of it, and hears the next one', () => {
  const dropped: string[] = [];
  const notices: StackNotice[] = [];
  let looks = 0;
  const core = {
    counters: { countDropped: (reason: string) => void dropped.push(reason) },
    guard: {
      isBanned: () => {
        looks++;
        if (looks === 1) throw new Error('a bug');
        return true;
      },
    },
  };
  const options = { core, onNotice: (notice: StackNotice) => void notices.push(notice) };
  const receiver = new MessageReceiver(options as unknown as MessageReceiverOptions);
  const flow = { remoteAddress: '10.0.0.66', remotePort: 5060 } as Flow;
  receiver.onBytes(Buffer.from('OPTIONS sip:x SIP/2.0\r\n\r\n'), flow);
  expect(dropped).toEqual(['fault']);
  expect(notices).toMatchObject([{ kind: 'message-fault' }]);
  expect(notices[0]?.message).toContain('10.0.0.66:5060');
  receiver.onBytes(Buffer.from('OPTIONS sip:x SIP/2.0\r\n\r\n'), flow);
  expect(dropped).toEqual(['fault', 'banned']);
});
