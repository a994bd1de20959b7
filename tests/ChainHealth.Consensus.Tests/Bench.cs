using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Consensus.Tests;

/// <summary>One real replica on the bench, with the keys of all the others in the test's hand. Signatures are real.
/// </summary>
public sealed class Bench
{
    public static readonly Digest Chain = new(1, 2, 3, 4);
    public static readonly ChainTip Genesis = new(new Height(0), new Digest(5, 5, 5, 5));

    private static readonly ImmutableArray<SigningKey> AllKeys =
        [.. Enumerable.Range(1, 13).Select(i => SigningKey.TryCreate(Enumerable.Repeat((byte)i, 32).ToArray())!)];

    private readonly MessageVerifier _verifier;

    public Bench(int self = 1, int replicas = 4, RestorePoint? from = null, ReplicaOptions? options = null)
    {
        Self = new ReplicaId((byte)self);
        Validators = ValidatorsOf(replicas);
        _verifier = new MessageVerifier(Chain, Validators);
        Setup = new ReplicaSetup(
            Chain, Validators, Self, AllKeys[self].Sign, Application, options ?? new ReplicaOptions());
        Replica = Replica.Restore(Setup, from ?? RestorePoint.Genesis(Genesis.Hash));
        Tick();
    }

    public ReplicaId Self { get; }

    public ValidatorSet Validators { get; }

    public ReplicaSetup Setup { get; }

    public TestApplication Application { get; } = new();

    public Replica Replica { get; }

    public Instant Now { get; private set; } = new(1_000_000);

    /// <summary>Everything that was to be logged so far.</summary>
    public List<ByteString> Log { get; } = [];

    public static ValidatorSet ValidatorsOf(int replicas) =>
        new(new Epoch(1), [.. AllKeys.Take(replicas).Select(k => k.PublicKey)]);

    public static Signature Sign(int replica, Digest message) => AllKeys[replica].Sign(message);

    public static Vote Vote(int signer, VotePhase phase, Proposal block, ulong view = 0) =>
        Vote(signer, phase, block.Height, block.Hash, view);

    public static Vote Vote(int signer, VotePhase phase, Height height, Digest block, ulong view = 0)
    {
        var subject = new VoteSubject(Chain, new Epoch(1), height, new View(view), phase, block);
        return new Vote(
            height, new View(view), phase, block, new ReplicaId((byte)signer), Sign(signer, subject.Hash()));
    }

    public static QuorumCertificate Certificate(VotePhase phase, Proposal block, ulong view = 0, params int[] signers)
    {
        int[] chosen = signers.Length == 0 ? [0, 1, 2] : signers;
        return new QuorumCertificate(
            new Epoch(1), block.Height, new View(view), phase, block.Hash,
            chosen.Aggregate(UInt128.Zero, (set, i) => set | (UInt128.One << i)),
            [.. chosen.Select(i => Vote(i, phase, block, view).Signature)]);
    }

    public static ViewChange ViewChange(
        int signer, ulong view, QuorumCertificate? committed = null, params QuorumCertificate[] prepared)
    {
        var unsigned = new ViewChange(new View(view), committed, [.. prepared], new ReplicaId((byte)signer), default);
        return unsigned with { Signature = Sign(signer, unsigned.Hash(Chain, new Epoch(1))) };
    }

    public static NewView NewView(ulong view, params ViewChange[] changes)
    {
        var unsigned = new NewView(new View(view), [.. changes], default);
        return unsigned with { Signature = Sign((int)(view % 4), unsigned.Hash(Chain, new Epoch(1))) };
    }

    public PrePrepare PrePrepare(Proposal block, ulong view = 0)
    {
        int primary = Validators.PrimaryOf(new View(view)).Value;
        return new PrePrepare(new View(view), block, Vote(primary, VotePhase.Prepare, block, view).Signature);
    }

    /// <summary>Null where the message does not verify.</summary>
    public string? FaultOf(ConsensusMessage message, int from = 0)
    {
        _verifier.Verify(new ReplicaId((byte)from), message, out string? fault);
        return fault;
    }

    public IReadOnlyList<Effect> Receive(ConsensusMessage message, int? from = null)
    {
        ReplicaId sender = new((byte)(from ?? (message as Vote)?.Signer.Value ?? 0));
        Verified verified = _verifier.Verify(sender, message, out string? fault)
            ?? throw new InvalidOperationException(fault);
        return Step(new MessageReceived(verified));
    }

    public IReadOnlyList<Effect> Tick(int afterMs = 0)
    {
        Now += TimeSpan.FromMilliseconds(afterMs);
        return Step(Consensus.Tick.Instance);
    }

    public IReadOnlyList<Effect> Work(params byte[] payload)
    {
        Application.Waiting.Enqueue(payload);
        return Step(WorkArrived.Instance);
    }

    /// <summary>The host has made a snapshot of the state after the block, in pieces of four bytes.</summary>
    public IReadOnlyList<Effect> Made(Proposal block, byte[] state) => Step(new SnapshotMade(
        SnapshotManifest.Of(block.Tip, state, 4), Certificate(VotePhase.Commit, block)));

    /// <summary>Takes a block of the primary of view 0 through all three phases.</summary>
    public IReadOnlyList<Effect> CommitBlock(Proposal block)
    {
        int[] others = [.. new[] { 0, 1, 2, 3 }.Where(i => i != Self.Value)];
        List<Effect> all = [.. Receive(PrePrepare(block))];
        all.AddRange(others.Where(i => i != 0).SelectMany(i => Receive(Vote(i, VotePhase.Prepare, block))));
        all.AddRange(others.SelectMany(i => Receive(Vote(i, VotePhase.Commit, block))));
        return all;
    }

    /// <summary>Brings the replica into the view with nothing carried over.</summary>
    public IReadOnlyList<Effect> Enter(ulong view) =>
        Receive(NewView(view, ViewChange(0, view), ViewChange(2, view), ViewChange(3, view)), (int)(view % 4));

    private IReadOnlyList<Effect> Step(Input input)
    {
        IReadOnlyList<Effect> effects = Replica.Step(input, Now);
        Log.AddRange(effects.OfType<Persist>().Select(p => p.Record));
        return effects;
    }
}

public static class EffectQueries
{
    /// <summary>Messages of this kind that go to all.</summary>
    public static IEnumerable<T> Broadcasts<T>(this IEnumerable<Effect> effects)
        where T : ConsensusMessage => effects.OfType<Broadcast>().Select(b => b.Message).OfType<T>();

    public static IEnumerable<T> Sends<T>(this IEnumerable<Effect> effects)
        where T : ConsensusMessage => effects.OfType<Send>().Select(b => b.Message).OfType<T>();

    public static IEnumerable<Vote> Votes(this IEnumerable<Effect> effects, VotePhase phase) =>
        effects.Broadcasts<Vote>().Where(v => v.Phase == phase);
}
