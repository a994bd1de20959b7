using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Follows the chain and performs what is due, one thing at a time: training is single-threaded anyway, and
/// what was missed meanwhile is in the newest state. A duty that fails is tried again, at growing intervals.</summary>
internal sealed partial class DutyLoop(EdgeContext context, IReadOnlyList<IDuty> duties, TimeProvider time)
{
    private static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(IDuty Duty, RunId Run, int Round, string Phase), Attempt> _attempts = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        ChainSubscription subscription = await context.Chain.SubscribeAsync(cancellation);
        LedgerState state = subscription.Now.State;
        await using IAsyncEnumerator<ChainChange> changes =
            subscription.Changes.GetAsyncEnumerator(cancellation);
        Task<bool>? next = null;
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                context.Monitor.State = state;
                DateTimeOffset? retryAt = await PerformDueAsync(state, cancellation);
                next ??= changes.MoveNextAsync().AsTask();
                if (!await WaitAsync(next, retryAt, cancellation))
                {
                    continue;
                }

                // Take all that is there already: only the newest state matters.
                do
                {
                    if (!await next)
                    {
                        return;
                    }

                    state = StateAfter(changes.Current) ?? state;
                    next = changes.MoveNextAsync().AsTask();
                }
                while (next.IsCompleted);
            }
        }
        finally
        {
            // A stream may be disposed of only when nobody waits for its next item any more.
            if (next is not null && cancellation.IsCancellationRequested)
            {
                await next.ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private static LedgerState? StateAfter(ChainChange change) => change switch
    {
        BlockCommitted block => block.State,
        SnapshotReplaced replaced => replaced.Snapshot.State,
        _ => null,
    };

    /// <summary>True when a change has come, false when it is time to retry.</summary>
    private async Task<bool> WaitAsync(Task<bool> next, DateTimeOffset? retryAt, CancellationToken cancellation)
    {
        if (retryAt is null)
        {
            await next.WaitAsync(cancellation);
            return true;
        }

        TimeSpan pause = retryAt.Value - time.GetUtcNow();
        if (pause > TimeSpan.Zero)
        {
            await Task.WhenAny(next, Task.Delay(pause, time, cancellation));
        }

        return next.IsCompleted;
    }

    /// <summary>When the earliest failed duty wants to be tried again; null when nothing failed.</summary>
    private async Task<DateTimeOffset?> PerformDueAsync(LedgerState state, CancellationToken cancellation)
    {
        DateTimeOffset? retryAt = null;
        foreach (RunState run in state.Runs.Values.Where(r => !r.Ended))
        {
            foreach (IDuty duty in duties.Where(d => d.IsDue(state, run)))
            {
                var key = (duty, run.Id, run.Round, run.Phase.Name);
                if (!_attempts.TryGetValue(key, out Attempt? attempt))
                {
                    _attempts[key] = attempt = new Attempt();
                }

                if (!attempt.Done && attempt.NotBefore <= time.GetUtcNow())
                {
                    await TryAsync(duty, attempt, state, run, cancellation);
                }

                retryAt = attempt.Done || retryAt < attempt.NotBefore ? retryAt : attempt.NotBefore;
            }
        }

        return retryAt;
    }

    private async Task TryAsync(
        IDuty duty, Attempt attempt, LedgerState state, RunState run, CancellationToken cancellation)
    {
        try
        {
            using IDisposable work = context.Monitor.Begin(duty.Activity, run);
            await duty.PerformAsync(state, run, cancellation);
            attempt.Done = true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            attempt.Pause = attempt.Pause == TimeSpan.Zero ? RetryFirst
                : attempt.Pause * 2 > RetryMax ? RetryMax : attempt.Pause * 2;
            attempt.NotBefore = time.GetUtcNow() + attempt.Pause;
            context.Monitor.Failed($"{duty.GetType().Name} in run {run.Id.Value} round {run.Round}: {e.Message}");
            LogFailed(context.Log, duty.GetType().Name, run.Id.Value, run.Round, e.Message, attempt.Pause.TotalSeconds);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Duty} failed in run {Run} round {Round}: {Reason}; again in {Seconds} s")]
    private static partial void LogFailed(
        ILogger log, string duty, uint run, int round, string reason, double seconds);

    private sealed class Attempt
    {
        public bool Done { get; set; }

        public TimeSpan Pause { get; set; }

        public DateTimeOffset NotBefore { get; set; }
    }
}
