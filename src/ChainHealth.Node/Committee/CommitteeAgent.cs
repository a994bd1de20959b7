using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>Watches the committed state and does what it asks of this validator: attest shares, compute, vote, keep the
/// models, erase what is over. Everything follows from the state, so a restart needs no memory of its own.</summary>
internal sealed class CommitteeAgent(
    MemberIdentity identity, ChainView view, NodeStore store, PackageReader packages, OwnTransactions own,
    ModelExchange models, JobBench bench, TimeProvider time, ILogger logger)
{
    /// <summary>Looks again after this time even if nothing was heard: a package may be late, an act may be
    /// lost.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _nudged = new(0, 1);
    private readonly Dictionary<PackageAddress, bool> _verified = [];

    private MemberId Self => identity.Member.Id;

    /// <summary>Something but the chain has changed. From any thread.</summary>
    public void Nudge()
    {
        try
        {
            _nudged.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to look anyway.
        }
    }

    /// <summary>A package came in place of one that was found bad.</summary>
    public void PackageArrived(PackageAddress address)
    {
        lock (_verified)
        {
            _verified.Remove(address);
        }

        Nudge();
    }

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                LedgerState state = view.State;
                foreach (RunState run in state.Runs.Values)
                {
                    Attend(state, run, cancellation);
                }

                await WaitAsync(state.Height, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }

        await bench.StopAsync();
    }

    private async Task WaitAsync(Height height, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(
            view.WaitAboveAsync(height, waiting.Token), _nudged.WaitAsync(waiting.Token),
            Task.Delay(LookAgain, time, waiting.Token));
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Attend(LedgerState state, RunState run, CancellationToken cancellation)
    {
        Erase(run);
        bench.CancelObsolete(run);
        bool hasModel = EnsureModel(run, run.Model)
            & (CommitteeJobs.ModelBefore(run) is not { } before || EnsureModel(run, before));
        if (run.Ended || !run.Plan.Committee.Contains(Self))
        {
            return;
        }

        switch (run.Phase)
        {
            case ApprovalPhase { Pool: { } pool } phase when !phase.PoolAttestedBy.Contains(Self):
                AttestPool(run, pool);
                break;
            case TrainPhase phase:
                // Early, so that the attestation is there as soon as it is asked for.
                _ = phase.Commitments.Values.Count(c => IsVerified(run, c));
                _ = IsReferenceVerified(run);
                break;
            case AttestPhase phase:
                AttestUpdates(run, phase);
                AttestReference(run);
                break;
            case CheckPhase phase when hasModel && phase.Dispute.Without != Self:
                Compute(run, phase.Dispute, (jobs, journal, stop) =>
                    jobs.CheckAsync(run, phase, Committee(state, run), journal, stop), cancellation);
                break;
            case AggregatePhase phase when hasModel && phase.Dispute.Without != Self:
                Compute(run, phase.Dispute, (jobs, journal, stop) =>
                    jobs.AggregateAsync(run, phase, Committee(state, run), journal, stop), cancellation);
                break;
            default:
                break;
        }
    }

    /// <summary>Does its part of the current attempt once, and says what it sent where that is disputed.</summary>
    private void Compute(RunState run, Dispute dispute, RunJob job, CancellationToken cancellation)
    {
        CommitteeJob key = CommitteeJob.Of(run)!.Value;
        if (dispute.MustState(Self))
        {
            bench.State(run, key, dispute);
        }
        else if (!CommitteeJob.IsDone(run, Self))
        {
            bench.Work(run, key, job, cancellation);
        }
    }

    private static ImmutableArray<Member> Committee(LedgerState state, RunState run) =>
        [.. run.Plan.Committee.Select(id => state.Members[id])];

    private void AttestPool(RunState run, PoolCommitment pool)
    {
        var address = new PackageAddress(run.Id, 0, run.Plan.PoolContributor);
        if (IsVerified(run, address, pool.Shares, PoolPart.LengthOf(run.Plan.Architecture, pool.Records)))
        {
            own.Act((run.Id, "attest pool"), new AttestPoolBody(run.Id));
        }
    }

    private void AttestUpdates(RunState run, AttestPhase phase)
    {
        ImmutableArray<MemberId> open = [.. phase.Commitments.Values
            .Where(c => !phase.Attested[c.Hospital].Contains(Self) && IsVerified(run, c)).Select(c => c.Hospital)];
        if (!open.IsEmpty)
        {
            own.Act((run.Id, run.Round, string.Join(',', open)), new AttestUpdatesBody(run.Id, run.Round, open));
        }
    }

    private void AttestReference(RunState run)
    {
        if (run.Current?.Reference?.AttestedBy.Contains(Self) == false && IsReferenceVerified(run))
        {
            own.Act((run.Id, run.Round, "attest reference"), new AttestReferenceBody(run.Id, run.Round));
        }
    }

    private bool IsReferenceVerified(RunState run) => run.Current?.Reference is { } reference && IsVerified(
        run, new PackageAddress(run.Id, run.Round, run.Plan.PoolContributor), reference.Shares,
        run.Plan.Architecture.ParameterCount);

    private bool IsVerified(RunState run, UpdateCommitment commitment) => IsVerified(
        run, new PackageAddress(run.Id, run.Round, commitment.Hospital), commitment.Shares,
        run.Plan.Architecture.ParameterCount);

    /// <summary>Opened and compared once; a package that was found bad is looked at again when another one comes.
    /// </summary>
    private bool IsVerified(RunState run, PackageAddress address, ShareHashes committed, int elements)
    {
        lock (_verified)
        {
            if (_verified.TryGetValue(address, out bool known))
            {
                return known;
            }
        }

        if (!store.Packages.Has(address))
        {
            return false;
        }

        using SharePackage? shares = packages.Open(
            address, run.Plan.Committee.IndexOf(Self), committed, elements, out string? fault);
        if (shares is null)
        {
            NodeLog.RunTrouble(logger, run.Id, run.Round, fault!);
        }

        lock (_verified)
        {
            _verified[address] = shares is not null;
        }

        return shares is not null;
    }

    /// <summary>The model in force and the one before it lie in the store of every validator, of the committee or not.
    /// </summary>
    private bool EnsureModel(RunState run, Digest model)
    {
        if (store.Models.Has(model))
        {
            return true;
        }

        if (run.Models.IsEmpty || run.Records[0].ModelBefore == model)
        {
            GlobalModel first = GlobalModel.Initial(run.Plan.Architecture, run.Plan.Format, run.Plan.InitialSeed);
            if (first.Hash == model)
            {
                store.Models.Put(first.Hash, first.Encode());
                return true;
            }
        }

        models.Ask(model);
        return false;
    }

    private void Erase(RunState run)
    {
        bool IsOver(PackageAddress a) => a.Run == run.Id && (run.Ended
            || (a.Round > 0 && (a.Round < run.Round || (a.Round == run.Round && run.Phase is PublishPhase))));
        if (store.Packages.Erase(IsOver) is > 0 and var count)
        {
            NodeLog.Run(logger, run.Id, run.Round, $"{count} packages erased");
            lock (_verified)
            {
                foreach (PackageAddress address in _verified.Keys.Where(IsOver).ToArray())
                {
                    _verified.Remove(address);
                }
            }
        }
    }
}
