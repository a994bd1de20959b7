using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Ledger;

/// <summary>Path from a leaf of one section of the state (for instance the final models) up to the state root: first
/// within the section, then among the sections.</summary>
public sealed record StateProof(MerkleProof InSection, Digest SectionRoot, MerkleProof AmongSections)
{
    /// <summary>That the model is final in this state; null where it is not. O(final models) hashes.</summary>
    public static StateProof? Prove(LedgerState state, FinalModel model) =>
        Prove(state, StateSection.FinalModels, StateSections.ModelLeaves(state), StateSections.LeafOf(model));

    /// <summary>That the member stands in this state as it is there, suspended or not; null where it does not.
    /// </summary>
    public static StateProof? Prove(LedgerState state, Member member) =>
        Prove(state, StateSection.Members, StateSections.MemberLeaves(state),
            StateSections.LeafOf(member, state.Suspensions.GetValueOrDefault(member.Id)));

    /// <summary>That the anchor stands in this state; null where it does not.</summary>
    public static StateProof? Prove(LedgerState state, Anchor anchor) =>
        Prove(state, StateSection.Anchors, StateSections.AnchorLeaves(state), AnchorCodec.HashOf(anchor));

    /// <summary>That the run stands in this state; null where it does not.</summary>
    public static StateProof? Prove(LedgerState state, RunState run) =>
        Prove(state, StateSection.Runs, StateSections.RunLeaves(state), RunStateCodec.HashOf(run));

    /// <summary>True only where the state with this root holds the model among its final ones.</summary>
    public bool Verify(Digest stateRoot, FinalModel model) =>
        Verify(stateRoot, StateSection.FinalModels, StateSections.LeafOf(model));

    /// <summary>True only where the state with this root holds the member, suspended just like this.</summary>
    public bool Verify(Digest stateRoot, Member member, Suspension? suspension) =>
        Verify(stateRoot, StateSection.Members, StateSections.LeafOf(member, suspension));

    public bool Verify(Digest stateRoot, Anchor anchor) =>
        Verify(stateRoot, StateSection.Anchors, AnchorCodec.HashOf(anchor));

    /// <summary>True only where the state with this root holds a run with this digest.</summary>
    public bool VerifyRun(Digest stateRoot, Digest run) => Verify(stateRoot, StateSection.Runs, run);

    public static void Write(CanonicalWriter writer, StateProof proof)
    {
        MerkleProof.Write(writer, proof.InSection);
        MerkleProof.Write(writer.Digest(proof.SectionRoot), proof.AmongSections);
    }

    public static StateProof Read(ref CanonicalReader reader) =>
        new(MerkleProof.Read(ref reader), reader.Digest(), MerkleProof.Read(ref reader));

    private static StateProof? Prove(LedgerState state, StateSection section, Digest[] leaves, Digest leaf)
    {
        int index = Array.IndexOf(leaves, leaf);
        if (index < 0)
        {
            return null;
        }

        Digest[] roots = StateSections.Roots(state);
        return new StateProof(
            MerkleTree.Prove(leaves, index), roots[(int)section], MerkleTree.Prove(roots, (int)section));
    }

    /// <summary>The section's place is part of the claim: a leaf of one section cannot pass for one of
    /// another.</summary>
    private bool Verify(Digest stateRoot, StateSection section, Digest leaf) =>
        AmongSections.Index == (int)section && AmongSections.Count == StateSections.Count
        && InSection.Verify(SectionRoot, leaf) && AmongSections.Verify(stateRoot, SectionRoot);
}
