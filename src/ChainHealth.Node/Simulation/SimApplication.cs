using System.Collections.Immutable;
using ChainHealth.Consensus;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A ledger of request numbers that executes speculatively, as the real one does.</summary>
/// <param name="requestsPerBlockMax">Of the blocks that it proposes.</param>
/// <param name="censors">It proposes no request of which <see cref="IsCensored"/> is true.</param>
public sealed class SimApplication(int requestsPerBlockMax, bool censors = false) : IOrderedApplication
{
    public static readonly Digest Genesis = new(1, 1, 1, 1);

    private readonly SortedSet<ulong> _waiting = [];
    private readonly HashSet<ulong> _committed = [];
    private readonly Dictionary<Digest, SimBlock> _executed = [];
    private readonly Dictionary<ulong, Waiting> _passedOver = [];

    // Read from a snapshot, and not installed yet.
    private (ChainTip Tip, ImmutableArray<ulong> Committed) _restored = (default, []);

    public ChainTip Tip { get; private set; } = new(new Height(0), Genesis);

    public Digest StateRoot { get; private set; } = Genesis;

    public IReadOnlyCollection<ulong> Waiting => _waiting;

    public static bool IsCensored(ulong request) => request % 3 == 0;

    public bool HasCommitted(ulong request) => _committed.Contains(request);

    public void Submit(ulong request)
    {
        if (!_committed.Contains(request))
        {
            _waiting.Add(request);
        }
    }

    public Proposal? Propose(ChainTip parent, Instant now) =>
        Build(parent, [.. _waiting.Except(RequestsInFlight(parent)).Where(r => !censors || !IsCensored(r))
            .Take(requestsPerBlockMax)]);

    /// <summary>Another valid block on the parent, for liars: the same requests in the other order, or fewer.</summary>
    public Proposal? ProposeOther(ChainTip parent, Proposal than)
    {
        ImmutableArray<ulong> requests = SimBlock.Of(than)!.Requests;
        return Build(parent, requests.Length > 1 ? [.. requests.Reverse()] : [.. requests, 3 + (7 * 1_000_000)]);
    }

    public string? CheckHash(Proposal proposal) => SimBlock.Of(proposal) is null ? "not its hash" : null;

    public string? Check(ChainTip parent, Proposal proposal, Instant now) => Adopt(parent, proposal);

    public string? Adopt(ChainTip parent, Proposal proposal)
    {
        SimBlock block = SimBlock.Of(proposal)!;
        HashSet<ulong> before = RequestsInFlight(parent);
        if (block.Requests.IsEmpty || block.Requests.Distinct().Count() != block.Requests.Length
            || block.Requests.Any(r => !SimBlock.IsRequest(r) || before.Contains(r) || _committed.Contains(r)))
        {
            return "a request is not valid here";
        }

        if (block.StateRoot != SimBlock.RootAfter(RootAt(parent), block.Requests))
        {
            return "state root differs";
        }

        _executed[proposal.Hash] = block;
        return null;
    }

    public Waiting? LongestWaiting(Instant now)
    {
        ulong[] waiting = [.. _waiting.Where(r => !IsInFlight(r))];
        foreach (ulong request in waiting)
        {
            _passedOver.TryAdd(request, new Waiting(now, Tip.Height));
        }

        return waiting.Length == 0 ? null : waiting.Select(r => _passedOver[r]).MinBy(w => w.Since);
    }

    public bool HasWork(Instant now) => _waiting.Count > 0 && _waiting.Any(r => !IsInFlight(r));

    /// <summary>The state as bytes, and the block that names its root.</summary>
    public static byte[] Snapshot(SimApplication application, Proposal tip)
    {
        var writer = new CanonicalWriter();
        Proposal.Write(writer, tip);
        writer.List([.. application._committed.Order()], (w, r) => w.UInt64(r));
        return writer.ToArray();
    }

    public string? Restore(ChainTip tip, ReadOnlySpan<byte> snapshot)
    {
        var reader = new CanonicalReader(snapshot);
        Proposal proposal = Proposal.Read(ref reader);
        ImmutableArray<ulong> committed = reader.List(1_000_000, (ref CanonicalReader r) => r.UInt64());
        if (!reader.Finish() || proposal.Tip != tip || SimBlock.Of(proposal) is not { } block)
        {
            return "not the state of this block";
        }

        _executed[proposal.Hash] = block;
        _restored = (tip, committed);
        return null;
    }

    /// <summary>The host carries out the installation.</summary>
    public void Install(ChainTip tip)
    {
        (Tip, StateRoot) = (tip, _executed[tip.Hash].StateRoot);
        _committed.UnionWith(_restored.Committed);
        _waiting.ExceptWith(_restored.Committed);
        ForgetExecuted();
    }

    /// <summary>The host carries out the commit effect.</summary>
    public void Commit(Proposal proposal)
    {
        SimBlock block = _executed[proposal.Hash];
        Tip = proposal.Tip;
        StateRoot = block.StateRoot;
        _committed.UnionWith(block.Requests);
        _waiting.ExceptWith(block.Requests);
        ForgetExecuted();
    }

    /// <summary>The host carries out the discard effect.</summary>
    public void Discard(Proposal proposal) => _executed.Remove(proposal.Hash);

    private void ForgetExecuted()
    {
        foreach (Digest old in _executed.Where(e => e.Value.Height <= Tip.Height).Select(e => e.Key).ToArray())
        {
            _executed.Remove(old);
        }
    }

    private Proposal? Build(ChainTip parent, ImmutableArray<ulong> requests) => requests.IsEmpty
        ? null
        : Execute(new SimBlock(
            parent.Height.Next, parent.Hash, SimBlock.RootAfter(RootAt(parent), requests), requests));

    private Proposal Execute(SimBlock block)
    {
        Proposal proposal = block.ToProposal();
        _executed[proposal.Hash] = block;
        return proposal;
    }

    private bool IsInFlight(ulong request) => _executed.Values.Any(b => b.Requests.Contains(request));

    private Digest RootAt(ChainTip parent) => parent == Tip ? StateRoot : At(parent).StateRoot;

    private HashSet<ulong> RequestsInFlight(ChainTip parent)
    {
        HashSet<ulong> requests = [];
        while (parent != Tip)
        {
            if (parent == _restored.Tip)
            {
                requests.UnionWith(_restored.Committed);
                break;
            }

            SimBlock block = At(parent);
            requests.UnionWith(block.Requests);
            parent = new ChainTip(new Height(parent.Height.Value - 1), block.Parent);
        }

        return requests;
    }

    private SimBlock At(ChainTip parent) => _executed.TryGetValue(parent.Hash, out SimBlock? block)
        ? block
        : throw new InvalidOperationException($"asked to build on {parent}, which was never executed here");
}
