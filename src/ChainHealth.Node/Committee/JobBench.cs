using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>A job as the bench runs it.</summary>
internal delegate Task<TransactionBody> RunJob(CommitteeJobs jobs, DisputeJournal journal, CancellationToken stop);

/// <summary>The SMPC jobs under way, each at most once; what comes of them goes on chain: the result, or the report
/// that the attempt failed here. Called from the agent's loop only.</summary>
internal sealed class JobBench(
    CommitteeJobs jobs, OwnTransactions own, TimeProvider time, Action nudge, ILogger logger)
{
    /// <summary>Past the deadline of the phase; its end on chain cancels the job in any case.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestMax = TimeSpan.FromDays(1);

    private readonly Dictionary<CommitteeJob, WorkPiece> _pieces = [];

    private sealed record WorkPiece(
        Task<TransactionBody?> Result, DisputeJournal Journal, CancellationTokenSource Stop);

    /// <summary>Starts the job, or, where it is done, takes care that its outcome gets on chain.</summary>
    public void Work(RunState run, CommitteeJob key, RunJob job, CancellationToken stopping)
    {
        if (!_pieces.TryGetValue(key, out WorkPiece? piece))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            stop.CancelAfter(TimeLeft(run));
            var journal = new DisputeJournal();
            ImmutableArray<MemberId> committee = run.Plan.Committee;
            _pieces.Add(key, new WorkPiece(
                Task.Run(() => RunAsync(key, committee, job, journal, stop.Token)), journal, stop));
            NodeLog.Run(logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, begins");
        }
        else if (piece.Result.IsCompletedSuccessfully && piece.Result.Result is { } outcome)
        {
            own.Act(key, outcome);
        }
    }

    /// <summary>Stops the job, whose attempt is disputed, and states what this party sent or vouched for. One that has
    /// no copy any more, after a restart for instance, stays silent.</summary>
    public void State(RunState run, CommitteeJob key, Dispute dispute)
    {
        if (!_pieces.TryGetValue(key, out WorkPiece? piece) || dispute.Open is not { } report)
        {
            return;
        }

        piece.Stop.Cancel();
        int Party(MemberId member) => run.Plan.Committee.IndexOf(member);
        MemberId reporter = dispute.Asked!.Value;
        if (piece.Result.IsCompleted && piece.Journal.Find((ulong)report.Exchange, Party(report.Accused),
            Party(report.Witness), Party(reporter)) is { } copies)
        {
            own.Act((key, "copies"), new StateCopiesBody(run.Id, run.Round, new CopyStatement(
                report.Attempt, report.Exchange, report.Accused, report.Witness, reporter, copies)));
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
    private async Task<TransactionBody?> RunAsync(CommitteeJob key, ImmutableArray<MemberId> committee, RunJob job,
        DisputeJournal journal, CancellationToken stop)
    {
        TransactionBody? outcome = null;
        try
        {
            outcome = await job(jobs, journal, stop);
            NodeLog.Run(logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, is done");
        }
        catch (OperationCanceledException)
        {
            NodeLog.RunTrouble(logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, was stopped");
        }
        catch (MpcAbortException e)
        {
            NodeLog.RunTrouble(
                logger, key.Run, key.Round, $"{key.Kind}, attempt {key.Attempt}, failed: {e.Message}");
            outcome = new ReportFaultBody(key.Run, key.Round, FaultReports.Of(key.Attempt, e, committee));
        }
        catch (Exception e) when (e is JobException or IOException or ArgumentException
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
