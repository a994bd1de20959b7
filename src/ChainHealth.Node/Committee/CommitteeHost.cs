using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>What a validator owes the runs whose committee it sits on: it attests shares, takes part in the encrypted
/// jobs and votes on their outcome. Everything is derived from the committed state, so a restart goes on where it
/// stopped.</summary>
internal sealed partial class CommitteeHost
{
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(1);

    private readonly MemberIdentity _identity;
    private readonly ICommitteeChain _chain;
    private readonly IPackageStore _packages;
    private readonly ShareOpener _shares;
    private readonly ModelSource _models;
    private readonly JobRunner _runner;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Dictionary<RunId, Running> _jobs = [];
    private readonly Dictionary<RunId, int> _erasedBelow = [];

    public CommitteeHost(
        MemberIdentity identity, ICommitteeChain chain, IPackageStore packages, IModelStore store, IModelPeers peers,
        CommitteeLinks links, TimeProvider time, ILogger log)
    {
        _identity = identity;
        _chain = chain;
        _packages = packages;
        _shares = new ShareOpener(identity, packages);
        _models = new ModelSource(store, peers);
        _runner = new JobRunner(identity, links, _shares, _models, store);
        _time = time;
        _log = log;
    }

    /// <summary>Since the start of this process.</summary>
    public long SmpcBytesSent => _runner.BytesSent;

    private MemberId Self => _identity.Member.Id;

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            LedgerState state = _chain.State;
            while (true)
            {
                foreach (RunState run in state.Runs.Values)
                {
                    await LookAfterAsync(state, run, cancellation);
                }

                state = await _chain.WaitForChangeAsync(state.Height, cancellation);
            }
        }
        finally
        {
            foreach (Running job in _jobs.Values)
            {
                await job.StopAsync();
            }
        }
    }

    private async Task LookAfterAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        EraseWhatIsOver(run);
        if (run.Ended || !run.Plan.Committee.Contains(Self))
        {
            await StopJobAsync(run.Id);
            await FetchFinalModelAsync(run, cancellation);
            return;
        }

        try
        {
            await AttestAsync(run, cancellation);
        }
        catch (TransactionRefusedException e)
        {
            // The state that we looked at is older than the chain; the next one is looked at anyway.
            LogRefused(_log, run.Id.Value, e.Message);
        }

        await KeepJobAsync(state, run, cancellation);
    }

    private async Task AttestAsync(RunState run, CancellationToken cancellation)
    {
        if (run.Phase is ApprovalPhase { Pool: not null } approval && !approval.PoolAttestedBy.Contains(Self))
        {
            using SharePackage? pool = _shares.TryOpenPool(run, out string? fault);
            if (pool is null)
            {
                LogBadShares(_log, run.Id.Value, 0, run.Plan.PoolContributor.Value, fault!);
                return;
            }

            await _chain.SubmitAsync(new AttestPoolBody(run.Id), cancellation);
        }

        if (run.Phase is AttestPhase attest)
        {
            var held = new List<MemberId>();
            foreach (UpdateCommitment update in attest.Commitments.Values.Where(u => !IsAttested(attest, u.Hospital)))
            {
                using SharePackage? package = _shares.TryOpenUpdate(run, update, out string? fault);
                if (package is null)
                {
                    LogBadShares(_log, run.Id.Value, run.Round, update.Hospital.Value, fault!);
                    continue;
                }

                held.Add(update.Hospital);
            }

            if (held.Count > 0)
            {
                await _chain.SubmitAsync(new AttestUpdatesBody(run.Id, run.Round, [.. held.Order()]), cancellation);
            }
        }
    }

    private bool IsAttested(AttestPhase phase, MemberId hospital) =>
        phase.Attested.TryGetValue(Self, out var mine) && mine.Contains(hospital);

    /// <summary>Starts the job that the run waits for, and gives up one that it no longer waits for.</summary>
    private async Task KeepJobAsync(LedgerState state, RunState run, CancellationToken cancellation)
    {
        CommitteeJob? wanted = CommitteeJob.IsDone(run, Self) ? null : CommitteeJob.Of(run);
        if (_jobs.TryGetValue(run.Id, out Running? running) && running.Job != wanted && running.Job != CommitteeJob.Of(run))
        {
            await StopJobAsync(run.Id);
            running = null;
        }

        if (wanted is { } job && (running is null || running.Job != job))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _jobs[run.Id] = new Running(job, Task.Run(() => PerformAsync(state, run, job, stop.Token), stop.Token), stop);
        }
    }

    private async Task StopJobAsync(RunId run)
    {
        if (_jobs.Remove(run, out Running? job))
        {
            await job.StopAsync();
        }
    }

    private async Task PerformAsync(LedgerState state, RunState run, CommitteeJob job, CancellationToken cancellation)
    {
        TransactionBody vote;
        try
        {
            LogBegun(_log, job);
            vote = await _runner.RunAsync(state, run, job, cancellation);
            LogDone(_log, job);
        }
        catch (Exception e) when (e is MpcAbortException or InvalidDataException or IOException or ArgumentException)
        {
            LogAborted(_log, job, e.Message);
            string reason = e.Message.Length <= 200 ? e.Message : e.Message[..200];
            vote = new ReportAbortBody(job.Run, job.Round, job.Attempt, reason);
        }

        await SubmitAsync(vote, job, cancellation);
    }

    private async Task SubmitAsync(TransactionBody vote, CommitteeJob job, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await _chain.SubmitAsync(vote, cancellation);
                return;
            }
            catch (TransactionRefusedException e)
            {
                // Decided without us: then the attempt is over.
                LogRefused(_log, job.Run.Value, e.Message);
                return;
            }
            catch (TimeoutException)
            {
                await Task.Delay(RefusalPause, _time, cancellation);
            }
        }
    }

    /// <summary>Shares are kept for the round that needs them and no longer.</summary>
    private void EraseWhatIsOver(RunState run)
    {
        int over = run.Ended ? int.MaxValue : run.Phase is PublishPhase ? run.Round + 1 : run.Round;
        int from = _erasedBelow.GetValueOrDefault(run.Id, 1);
        if (over == from)
        {
            return;
        }

        if (run.Ended)
        {
            _packages.EraseRun(run.Id);
        }

        for (int round = from; round < Math.Min(over, run.Round + 1); round++)
        {
            _packages.EraseRound(run.Id, round);
        }

        _erasedBelow[run.Id] = over;
    }

    private async Task FetchFinalModelAsync(RunState run, CancellationToken cancellation)
    {
        if (run.Models.IsEmpty || !_models.IsMissing(run))
        {
            return;
        }

        try
        {
            await _models.GetAsync(run, cancellation);
        }
        catch (InvalidDataException e)
        {
            LogRefused(_log, run.Id.Value, e.Message);
        }
    }

    /// <summary>A job under way and how to stop it.</summary>
    private sealed record Running(CommitteeJob Job, Task Task, CancellationTokenSource Stop)
    {
        public async Task StopAsync()
        {
            await Stop.CancelAsync();
            try
            {
                await Task;
            }
            catch (OperationCanceledException)
            {
                // That was the point.
            }

            Stop.Dispose();
        }
    }
}
