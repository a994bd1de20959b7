using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Sections of the state, in the order of their leaves under the state root (LEDGER.md, "State
/// root").</summary>
internal enum StateSection
{
    Head = 0,
    Members = 1,
    Nonces = 2,
    Motions = 3,
    Runs = 4,
    FinalModels = 5,
    Evidence = 6,
    Anchors = 7,
}

/// <summary>Computes the state root. A section's digest stays with the immutable collection that it was computed from,
/// so a block pays for the sections that it changed. Digests below the root do not name the chain: the head
/// does.</summary>
internal static class StateSections
{
    public const int Count = 8;

    private static readonly ConditionalWeakTable<object, object> Cache = [];
    private static readonly ConditionalWeakTable<Member, object> MemberCache = [];
    private static readonly ConditionalWeakTable<object, MemberRoot> MemberRootCache = [];

    public static Digest Root(LedgerState state) => MerkleTree.Root(Roots(state));

    public static Digest[] Roots(LedgerState state) =>
    [
        Head(state), Members(state), Nonces(state), Motions(state), Runs(state), FinalModels(state),
        Evidence(state), Anchors(state),
    ];

    /// <summary>The record and whether it is suspended, so that a proof of membership cannot hide it.</summary>
    public static Digest LeafOf(Member member, Suspension? suspension) => suspension is null
        ? (Digest)MemberCache.GetValue(member, static m => Hash(m, null))
        : Hash(member, suspension);

    public static Digest LeafOf(FinalModel model) => RunStateCodec.HashOf(model);

    public static Digest[] MemberLeaves(LedgerState state) =>
        [.. state.Members.Values.Select(m => LeafOf(m, state.Suspensions.GetValueOrDefault(m.Id)))];

    public static Digest[] ModelLeaves(LedgerState state) => [.. state.FinalModels.Select(LeafOf)];

    public static Digest[] RunLeaves(LedgerState state) => [.. state.Runs.Values.Select(RunStateCodec.HashOf)];

    public static Digest[] AnchorLeaves(LedgerState state) =>
        [.. state.Anchors.Values.SelectMany(a => a).Select(AnchorCodec.HashOf)];

    private static Digest Hash(Member member, Suspension? suspension)
    {
        var writer = new CanonicalWriter(512);
        Member.Write(writer, member);
        writer.Bool(suspension is not null);
        if (suspension is not null)
        {
            writer.UInt64(suspension.Since.Value).Text(suspension.Reason);
        }

        return Digest.Of("member", default, writer.Written);
    }

    private static Digest Head(LedgerState state)
    {
        var writer = new CanonicalWriter(128);
        writer.Digest(state.Chain).UInt32(state.Epoch.Value).UInt64(state.Height.Value).Int64(state.Time.UnixMs)
            .UInt64(state.TransactionCount);
        return Digest.Of("state-head", default, writer.Written);
    }

    private static Digest Members(LedgerState state)
    {
        if (MemberRootCache.TryGetValue(state.Members, out MemberRoot? known)
            && ReferenceEquals(known.Suspensions, state.Suspensions))
        {
            return known.Root;
        }

        Digest root = MerkleTree.Root(MemberLeaves(state));
        MemberRootCache.AddOrUpdate(state.Members, new MemberRoot(state.Suspensions, root));
        return root;
    }

    private static Digest Nonces(LedgerState state) => Cached(state.Nonces, () =>
    {
        var writer = new CanonicalWriter(4 + (state.Nonces.Count * 12));
        writer.List(state.Nonces, (w, n) => w.UInt32(n.Key.Value).UInt64(n.Value));
        return Digest.Of("state-nonces", default, writer.Written);
    });

    private static Digest Motions(LedgerState state) => Cached(state.Motions, () =>
    {
        var writer = new CanonicalWriter();
        writer.List(state.Motions.Open, (w, m) => w.Digest(m.Key).UInt32(m.Value.OpenedBy.Value)
            .UInt64(m.Value.OpenedAt.Value).List(m.Value.Voters, (x, v) => x.UInt32(v.Value)));
        writer.List(state.Motions.Scheduled, (w, act) => w.Digest(MotionRules.KeyOf(act)));
        return Digest.Of("state-motions", default, writer.Written);
    });

    private static Digest Runs(LedgerState state) => Cached(state.Runs, () => MerkleTree.Root(RunLeaves(state)));

    private static Digest FinalModels(LedgerState state) =>
        Cached(ImmutableCollectionsMarshal.AsArray(state.FinalModels)!, () => MerkleTree.Root(ModelLeaves(state)));

    private static Digest Evidence(LedgerState state) => Cached(
        ImmutableCollectionsMarshal.AsArray(state.Evidence)!,
        () => MerkleTree.Root(state.Evidence.Select(ContradictionCodec.HashOf).ToArray()));

    private static Digest Anchors(LedgerState state) =>
        Cached(state.Anchors, () => MerkleTree.Root(AnchorLeaves(state)));

    /// <summary>Each section has a collection type of its own, so one object, the shared empty ones included, never
    /// stands for two sections.</summary>
    private static Digest Cached(object key, Func<Digest> compute) =>
        (Digest)Cache.GetValue(key, _ => compute());

    private sealed record MemberRoot(object Suspensions, Digest Root);
}
