using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>A job as the bench runs it.</summary>
internal delegate Task<TransactionBody> RunJob(CommitteeJobs jobs, CancellationToken stop);

/// <summary>The SMPC jobs under way, each at most once; what comes of them goes on chain: the result, or the report
/// that the attempt failed here. Called from the agent's loop only.</summary>
internal sealed class JobBench(
    CommitteeJobs jobs, OwnTransactions own, TimeProvider time, Action nudge, ILogger logger)
{
    /// <summary>Past the deadline of the phase; its end on chain cancels the job in any case.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestMax = TimeSpan.FromDays(1);

    private readonly Dictionary<CommitteeJob, WorkPiece> _pieces = [];

    private sealed record WorkPiece(Task<TransactionBody?> Result, CancellationTokenSource Stop);

    /// <summary>Starts the job, or, where it is done, takes care that its outcome gets on chain.</summary>
    public void Work(RunState run, CommitteeJob key, RunJob job, CancellationToken stopping)
    {
        if (!_pieces.TryGetValue(key, out WorkPiece? piece))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            stop.CancelAfter(TimeLeft(run));
            _pieces.Add(key, new WorkPiece(Task.Run(() => RunAsync(key, job, stop.Token)), stop));
            NodeLog.Run(logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, begins");
        }
        else if (piece.Result.IsCompletedSuccessfully && piece.Result.Result is { } outcome)
        {
            own.Act(key, outcome);
        }
    }

    /// <summary>Jobs of other rounds, of an attempt that was given up, of a run that has ended.</summary>
    public void CancelObsolete(RunState run)
    {
        var obsolete = _pieces.Where(p => p.Key.Run == run.Id && IsObsolete(run, p.Key)).ToArray();
        foreach ((CommitteeJob key, WorkPiece piece) in obsolete)
        {
            piece.Stop.Cancel();
            if (piece.Result.IsCompleted)
            {
                _pieces.Remove(key);
                piece.Stop.Dispose();
                own.Forget(act => act is CommitteeJob old && old == key);
            }
        }
    }

    public async Task StopAsync()
    {
        foreach (WorkPiece piece in _pieces.Values)
        {
            await piece.Stop.CancelAsync();
            await piece.Result;
            piece.Stop.Dispose();
        }

        _pieces.Clear();
    }

    private static bool IsObsolete(RunState run, CommitteeJob key) => run.Ended || run.Round != key.Round
        || run.Phase switch
        {
            CheckPhase phase => key.Kind != JobKind.Check || key.Attempt != phase.Attempt,
            AggregatePhase phase => key.Kind == JobKind.Aggregate && key.Attempt != phase.Attempt,
            _ => false,
        };

    private TimeSpan TimeLeft(RunState run)
    {
        TimeSpan left = run.Phase.Deadline is { } deadline
            ? deadline - new Instant(time.GetUtcNow().ToUnixTimeMilliseconds()) + Overtime : LongestMax;
        return left < Overtime ? Overtime : left < LongestMax ? left : LongestMax;
    }

    /// <summary>Null where it was stopped because nobody waits for it any more.</summary>
    private async Task<TransactionBody?> RunAsync(CommitteeJob key, RunJob job, CancellationToken stop)
    {
        TransactionBody? outcome = null;
        try
        {
            outcome = await job(jobs, stop);
            NodeLog.Run(logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, is done");
        }
        catch (OperationCanceledException)
        {
            NodeLog.RunTrouble(logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, was stopped");
        }
        catch (Exception e) when (e is MpcAbortException or JobException or IOException or ArgumentException
            or StoreException or ObjectDisposedException)
        {
            NodeLog.RunTrouble(
                logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, failed: {e.Message}");
            outcome = new ReportAbortBody(key.Run, key.Round, key.Attempt, Short(e.Message));
        }

        nudge();
        return outcome;
    }

    private static string Short(string reason) =>
        new([.. reason.Where(char.IsAscii).Take(ReportAbortBody.ReasonBytesMax)]);
}
