using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>A block in the making on top of a state: transactions are applied one by one, a refused one changes
/// nothing. Admission, building and checking all go through <see cref="TryApply"/>, so what one of them takes the
/// others take. Not for several threads.</summary>
public sealed class LedgerDraft
{
    private readonly LedgerState _parent;
    private readonly Dictionary<MemberId, ulong> _nonces = [];
    private ulong _applied;

    internal LedgerDraft(LedgerState parent, Instant time)
    {
        _parent = parent;
        Time = time > parent.Time ? time : parent.Time;
        Members = parent.Members;
        Suspensions = parent.Suspensions;
        Motions = parent.Motions;
        Evidence = parent.Evidence;
        Anchors = parent.Anchors;
        Runs = parent.Runs;
        OpenRuns = parent.OpenRuns;
        FinalModels = parent.FinalModels;
        foreach (RunId id in parent.OpenRuns)
        {
            RunState run = Runs[id];
            RunState advanced = RunRules.Advance(run, Time);
            if (!ReferenceEquals(run, advanced))
            {
                SetRun(advanced);
            }
        }
    }

    /// <summary>Time of the block.</summary>
    public Instant Time { get; }

    internal Digest Chain => _parent.Chain;

    internal Epoch Epoch => _parent.Epoch;

    /// <summary>Of the block.</summary>
    internal Height Height => _parent.Height.Next;

    internal ImmutableSortedDictionary<MemberId, Member> Members { get; set; }

    /// <summary>Those in force for this block; changes that it decides are in force for the next.</summary>
    internal ImmutableSortedDictionary<MemberId, Suspension> Suspensions { get; set; }

    internal MotionTable Motions { get; set; }

    internal ImmutableArray<Evidence> Evidence { get; set; }

    internal ImmutableSortedDictionary<MemberId, ImmutableArray<Anchor>> Anchors { get; set; }

    internal ImmutableSortedDictionary<RunId, RunState> Runs { get; private set; }

    internal ImmutableSortedSet<RunId> OpenRuns { get; private set; }

    private ImmutableArray<FinalModel> FinalModels { get; set; }

    /// <summary>The nonce that the member's next transaction must have here: a lower one was used, a higher one has to
    /// wait.</summary>
    public ulong NextNonce(MemberId member) =>
        (_nonces.TryGetValue(member, out ulong used) ? used : _parent.Nonces.GetValueOrDefault(member)) + 1;

    /// <summary>Null when applied; else why the rules refuse it.</summary>
    public string? TryApply(VerifiedTransaction verified)
    {
        Transaction transaction = verified.Signed.Transaction;
        if (transaction.Chain != Chain)
        {
            return $"transaction of chain {transaction.Chain.Short}, this is {Chain.Short}";
        }

        if (!Members.TryGetValue(transaction.Sender, out Member? sender))
        {
            return $"{transaction.Sender} is no member";
        }

        if (sender.SigningKey != verified.Key)
        {
            return $"signature was verified under another key than that of {transaction.Sender}";
        }

        if (Suspensions.TryGetValue(sender.Id, out Suspension? suspended))
        {
            return $"{sender.Name} ({sender.Id}) is suspended since block {suspended.Since}: {suspended.Reason}";
        }

        ulong next = NextNonce(transaction.Sender);
        if (transaction.Nonce != next)
        {
            return transaction.Nonce < next
                ? $"nonce {transaction.Nonce} of {transaction.Sender} was used, the next is {next}"
                : $"nonce {transaction.Nonce} of {transaction.Sender} comes too early, the next is {next}";
        }

        if (TransactionRules.Apply(this, sender, transaction.Body) is { } fault)
        {
            return fault;
        }

        CollectionsMarshal.GetValueRefOrAddDefault(_nonces, transaction.Sender, out _) = next;
        _applied++;
        return null;
    }

    /// <summary>The state after this block; its tip is still that of the parent, since the block's hash comes
    /// later.</summary>
    internal LedgerState Finish()
    {
        MotionRules.Lapse(this, Height);
        MotionRules.PutInForce(this, Height);
        return _parent with
        {
            Height = Height,
            Time = Time,
            Members = Members,
            Suspensions = Suspensions,
            Nonces = _nonces.Count == 0 ? _parent.Nonces : _parent.Nonces.SetItems(_nonces),
            Motions = Motions,
            Runs = Runs,
            OpenRuns = OpenRuns,
            FinalModels = FinalModels,
            Evidence = Evidence,
            Anchors = Anchors,
            TransactionCount = _parent.TransactionCount + _applied,
        };
    }

    internal void SetRun(RunState run)
    {
        int known = Runs.TryGetValue(run.Id, out RunState? before) ? before.Models.Length : 0;
        Runs = Runs.SetItem(run.Id, run);
        OpenRuns = run.Ended ? OpenRuns.Remove(run.Id) : OpenRuns.Add(run.Id);
        if (run.Models.Length > known)
        {
            FinalModels = FinalModels.AddRange(run.Models[known..]);
        }
    }
}
