/** An interceptor of the lab's that thinks before it passes a call on, so that the SDK knows of the call only later. */
import type { WorkflowInterceptors } from '@temporalio/workflow';

export function interceptors(): WorkflowInterceptors {
  return {
    outbound: [
      {
        async scheduleActivity(input, next) {
          await Promise.resolve();
          return next(input);
        },
      },
    ],
  };
}
