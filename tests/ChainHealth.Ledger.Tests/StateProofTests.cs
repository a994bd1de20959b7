using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

public class StateProofTests
{
    private static readonly LedgerState State =
        RoundScenario.Start().Approve().Round().Round().Chain.State;

    [Fact]
    public void Every_final_model_is_proven_under_the_state_root() => Assert.All(State.FinalModels, model =>
        Assert.True(StateProof.Prove(State, model)!.Verify(State.Root, model)));

    [Fact]
    public void Every_member_is_proven_under_the_state_root() => Assert.All(State.Members.Values, member =>
        Assert.True(StateProof.Prove(State, member)!.Verify(State.Root, member, null)));

    [Fact]
    public void What_is_not_in_the_state_has_no_proof()
    {
        Assert.Null(StateProof.Prove(State, State.FinalModels[0] with { Round = 9 }));
        Assert.Null(StateProof.Prove(State, State.Members[new MemberId(1)] with { Name = "else" }));
    }

    [Fact]
    public void A_proof_holds_for_its_own_leaf_and_root_only()
    {
        FinalModel model = State.FinalModels[0];
        StateProof proof = StateProof.Prove(State, model)!;
        Assert.False(proof.Verify(State.Root, State.FinalModels[1]));
        Assert.False(proof.Verify(State.Root, model with { Model = Digest.Zero }));
        Assert.False(proof.Verify(State.Root, model with { AcceptedUpdates = 5 + model.AcceptedUpdates }));
        Assert.False(proof.Verify(Digest.Zero, model));
        Assert.False(proof.Verify(State.Root, State.Members[new MemberId(1)], null));
    }

    [Fact]
    public void A_tampered_proof_fails_in_each_of_its_parts()
    {
        FinalModel model = State.FinalModels[0];
        StateProof proof = StateProof.Prove(State, model)!;
        StateProof[] tampered =
        [
            proof with { SectionRoot = Digest.Zero },
            proof with { InSection = proof.InSection with { Index = 1 } },
            proof with { InSection = proof.InSection with { Count = 3 } },
            proof with { InSection = proof.InSection with { Path = [] } },
            proof with { InSection = proof.InSection with { Path = proof.InSection.Path.SetItem(0, Digest.Zero) } },
            proof with { AmongSections = proof.AmongSections with { Index = 4 } },
            proof with { AmongSections = proof.AmongSections with { Count = 9 } },
            proof with { AmongSections = proof.AmongSections with { Path = proof.AmongSections.Path.Add(default) } },
            proof with { AmongSections = proof.InSection, InSection = proof.AmongSections },
        ];
        Assert.All(tampered, t => Assert.False(t.Verify(State.Root, model)));
    }

    [Fact]
    public void A_true_path_from_another_section_does_not_pass()
    {
        // An honest tree in which the members' section holds a leaf that looks like a model proves no final model.
        FinalModel model = State.FinalModels[0];
        Digest leaf = RunStateCodec.HashOf(model);
        Digest section = MerkleTree.Root([leaf]);
        Digest[] roots = [Digest.Zero, section, .. new Digest[6]];
        var proof = new StateProof(MerkleTree.Prove([leaf], 0), section, MerkleTree.Prove(roots, 1));
        Assert.False(proof.Verify(MerkleTree.Root(roots), model));
    }

    [Fact]
    public void Decoding_an_encoded_proof_gives_the_same_proof()
    {
        FinalModel model = State.FinalModels[1];
        var writer = new CanonicalWriter();
        StateProof.Write(writer, StateProof.Prove(State, model)!);
        var reader = new CanonicalReader(writer.Written);
        StateProof decoded = StateProof.Read(ref reader);
        Assert.True(reader.Finish());
        Assert.True(decoded.Verify(State.Root, model));
    }
}
