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
    Admissions = 3,
    Runs = 4,
    FinalModels = 5,
}

/// <summary>Computes the state root. A section's digest stays with the immutable collection that it was computed from,
/// so a block pays for the sections that it changed. Digests below the root do not name the chain: the head
/// does.</summary>
internal static class StateSections
{
    public const int Count = 6;

    private static readonly ConditionalWeakTable<object, object> Cache = [];
    private static readonly ConditionalWeakTable<Member, object> MemberCache = [];

    public static Digest Root(LedgerState state) => MerkleTree.Root(Roots(state));

    public static Digest[] Roots(LedgerState state) =>
    [
        Head(state), Members(state), Nonces(state), Admissions(state), Runs(state), FinalModels(state),
    ];

    public static Digest LeafOf(Member member) => (Digest)MemberCache.GetValue(member, static m =>
    {
        var writer = new CanonicalWriter(512);
        Member.Write(writer, m);
        return Digest.Of("member", default, writer.Written);
    });

    public static Digest LeafOf(FinalModel model) => RunStateCodec.HashOf(model);

    public static Digest[] MemberLeaves(LedgerState state) => [.. state.Members.Values.Select(LeafOf)];

    public static Digest[] ModelLeaves(LedgerState state) => [.. state.FinalModels.Select(LeafOf)];

    private static Digest Head(LedgerState state)
    {
        var writer = new CanonicalWriter(128);
        writer.Digest(state.Chain).UInt32(state.Epoch.Value).UInt64(state.Height.Value).Int64(state.Time.UnixMs)
            .UInt64(state.TransactionCount);
        return Digest.Of("state-head", default, writer.Written);
    }

    private static Digest Members(LedgerState state) =>
        Cached(state.Members, () => MerkleTree.Root(MemberLeaves(state)));

    private static Digest Nonces(LedgerState state) => Cached(state.Nonces, () =>
    {
        var writer = new CanonicalWriter(4 + (state.Nonces.Count * 12));
        writer.List(state.Nonces, (w, n) => w.UInt32(n.Key.Value).UInt64(n.Value));
        return Digest.Of("state-nonces", default, writer.Written);
    });

    private static Digest Admissions(LedgerState state) => Cached(state.AdmissionVotes, () =>
    {
        var writer = new CanonicalWriter();
        writer.List(state.AdmissionVotes, (w, v) => w.Digest(v.Key).List(v.Value, (x, m) => x.UInt32(m.Value)));
        return Digest.Of("state-admissions", default, writer.Written);
    });

    private static Digest Runs(LedgerState state) =>
        Cached(state.Runs, () => MerkleTree.Root(state.Runs.Values.Select(RunStateCodec.HashOf).ToArray()));

    private static Digest FinalModels(LedgerState state) =>
        Cached(ImmutableCollectionsMarshal.AsArray(state.FinalModels)!, () => MerkleTree.Root(ModelLeaves(state)));

    /// <summary>Each section has a collection type of its own, so one object, the shared empty ones included, never
    /// stands for two sections.</summary>
    private static Digest Cached(object key, Func<Digest> compute) =>
        (Digest)Cache.GetValue(key, _ => compute());
}
