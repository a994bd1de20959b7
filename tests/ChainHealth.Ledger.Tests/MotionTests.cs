using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

/// <summary>Votes on members: LEDGER.md, rules M.</summary>
public class MotionTests
{
    [Fact]
    public void M1_the_third_of_four_equal_votes_admits_a_member_under_the_next_number()
    {
        var chain = new LedgerScenario();
        var body = new AdmitMemberBody(chain.Network.Candidate("hospital-6"));
        chain.Commit((Validator(chain, 0), body), (Validator(chain, 1), body));
        Assert.Equal(2, Assert.Single(chain.State.Motions.Open).Value.Voters.Count);
        Assert.Equal(12, chain.State.Members.Count);
        chain.Commit((Validator(chain, 3), body));
        Assert.Equal("hospital-6", chain.State.Members[new MemberId(13)].Name);
        Assert.Empty(chain.State.Motions.Open);
        chain.Network.Adopt(new MemberId(13), "hospital-6");
        Assert.Null(chain.Refusal(new MemberId(13), new NoteBody(default)));
        Assert.Contains("is that of hospital-6", chain.Refusal(Validator(chain, 2), body), StringComparison.Ordinal);
    }

    [Fact]
    public void M2_a_validator_votes_once_and_unequal_records_do_not_add_up()
    {
        var chain = new LedgerScenario();
        Member member = chain.Network.Candidate("hospital-6");
        chain.Commit((Validator(chain, 0), new AdmitMemberBody(member)),
            (Validator(chain, 1), new AdmitMemberBody(member with { TlsPin = Digest.Sha256([1]) })),
            (Validator(chain, 2), new AdmitMemberBody(member with { Name = "hospital-7" })));
        Assert.Equal(3, chain.State.Motions.Open.Count);
        Assert.Equal(12, chain.State.Members.Count);
        Assert.Contains("has voted", chain.Refusal(Validator(chain, 0), new AdmitMemberBody(member)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void M3_unsound_candidates_are_refused()
    {
        var chain = new LedgerScenario();
        Member member = chain.Network.Candidate("hospital-6");
        Member twin = chain.State.Members[new MemberId(6)];
        string? Vote(Member m) => chain.Refusal(Validator(chain, 0), new AdmitMemberBody(m));
        Assert.Null(Vote(member));
        Assert.Contains("must be zero", Vote(member with { Id = new MemberId(13) }), StringComparison.Ordinal);
        Assert.Contains("fixed", Vote(member with { Role = MemberRole.Validator }), StringComparison.Ordinal);
        Assert.Contains("unknown role", Vote(member with { Role = (MemberRole)9 }), StringComparison.Ordinal);
        Assert.Contains("hospital-2", Vote(member with { Name = twin.Name }), StringComparison.Ordinal);
        Assert.Contains("hospital-2", Vote(member with { SigningKey = twin.SigningKey }), StringComparison.Ordinal);
        Assert.Contains("hospital-2", Vote(member with { TlsPin = twin.TlsPin }), StringComparison.Ordinal);
        Assert.Contains("needs 1 to 64", Vote(member with { Name = "" }), StringComparison.Ordinal);
    }

    [Fact]
    public void M4_a_validator_has_at_most_64_votes_open()
    {
        var chain = new LedgerScenario();
        AdmitMemberBody Body(int i) => new(chain.Network.Candidate($"guest-{i}"));
        chain.Commit([.. Enumerable.Range(0, 64).Select(i => (Validator(chain, 0), (TransactionBody)Body(i)))]);
        Assert.Contains("64 votes open", chain.Refusal(Validator(chain, 0), Body(64)), StringComparison.Ordinal);
        Assert.Null(chain.Refusal(Validator(chain, 1), Body(64)));
    }

    [Fact]
    public void M5_a_suspended_member_is_refused_from_the_next_block_on_until_it_is_reinstated()
    {
        var chain = new LedgerScenario();
        MemberId hospital = chain.Network.HospitalIds[1];
        Vote(chain, new SuspendMemberBody(hospital, "key lost", default));
        Assert.Equal(
            "hospital-2 (m6) is suspended since block 2: key lost", chain.Refusal(hospital, new NoteBody(default)));
        Assert.Null(chain.Refusal(chain.Network.HospitalIds[0], new NoteBody(default)));
        Assert.Contains("suspended already", chain.Refusal(
            Validator(chain, 3), new SuspendMemberBody(hospital, "again", default)), StringComparison.Ordinal);
        Vote(chain, new ReinstateMemberBody(hospital, default));
        Assert.Null(chain.Refusal(hospital, new NoteBody(default)));
        Assert.Contains("is not suspended", chain.Refusal(
            Validator(chain, 0), new ReinstateMemberBody(hospital, default)), StringComparison.Ordinal);
    }

    [Fact]
    public void M5_a_decided_change_is_in_force_from_the_height_that_it_names_and_not_before()
    {
        var chain = new LedgerScenario();
        MemberId hospital = chain.Network.HospitalIds[1];
        Vote(chain, new SuspendMemberBody(hospital, "audit", new Height(4)));
        Assert.Single(chain.State.Motions.Scheduled);
        chain.Commit((hospital, new NoteBody(default)));
        Assert.Equal(new Height(2), chain.State.Height);
        chain.Commit((hospital, new NoteBody(default)));
        Assert.Contains("since block 4", chain.Refusal(hospital, new NoteBody(default)), StringComparison.Ordinal);
        Assert.Empty(chain.State.Motions.Scheduled);
        Assert.Contains("blocks ahead", chain.Refusal(Validator(chain, 0), new ReinstateMemberBody(
            hospital, new Height(2_000_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void M6_at_most_f_validators_are_suspended_and_their_votes_do_not_count()
    {
        var chain = new LedgerScenario();
        var candidate = new AdmitMemberBody(chain.Network.Candidate("hospital-6"));
        chain.Commit((Validator(chain, 3), candidate));
        Vote(chain, new SuspendMemberBody(Validator(chain, 3), "lied", default));
        Assert.Contains("more than 1 cannot be", chain.Refusal(Validator(chain, 0), new SuspendMemberBody(
            Validator(chain, 2), "lied too", default)), StringComparison.Ordinal);
        chain.Commit((Validator(chain, 0), candidate), (Validator(chain, 1), candidate));
        Assert.Equal(12, chain.State.Members.Count);
        chain.Commit((Validator(chain, 2), candidate));
        Assert.Equal(13, chain.State.Members.Count);
        Assert.Contains("is suspended", chain.Refusal(Validator(chain, 3), candidate), StringComparison.Ordinal);
    }

    [Fact]
    public void M7_new_keys_are_in_force_from_the_next_block_on_and_old_blocks_stay_valid()
    {
        var chain = new LedgerScenario();
        MemberId hospital = chain.Network.HospitalIds[1];
        chain.Commit((hospital, new NoteBody(default)));
        Member next = chain.Network.Candidate("hospital-2b") with { Id = hospital, Name = "hospital-2" };
        var rotation = new RotateMemberKeysBody(next, default);
        Vote(chain, rotation);
        Assert.Equal(next.SigningKey, chain.State.Members[hospital].SigningKey);
        Assert.Contains("is not valid", chain.Refusal(hospital, new NoteBody(default)), StringComparison.Ordinal);
        chain.Network.Adopt(hospital, "hospital-2b");
        Assert.Null(chain.Refusal(hospital, new NoteBody(default)));
        LedgerState replayed = LedgerState.FromGenesis(chain.Network.Genesis);
        foreach (CertifiedBlock block in chain.Blocks)
        {
            replayed = replayed.Apply(block.Block).Next!;
        }

        Assert.Equal(chain.State.Root, replayed.Root);
    }

    [Fact]
    public void M7_unsound_rotations_are_refused()
    {
        var chain = new LedgerScenario();
        Member own = chain.State.Members[chain.Network.HospitalIds[1]];
        Member next = chain.Network.Candidate("new") with { Id = own.Id, Name = own.Name };
        Member other = chain.State.Members[chain.Network.HospitalIds[0]];
        string? Vote(Member m) => chain.Refusal(Validator(chain, 0), new RotateMemberKeysBody(m, default));
        Assert.Null(Vote(next));
        Assert.Contains("nothing would change", Vote(own), StringComparison.Ordinal);
        Assert.Contains("neither name nor role", Vote(next with { Name = "else" }), StringComparison.Ordinal);
        Assert.Contains("neither name nor role", Vote(next with { Role = MemberRole.Observer }),
            StringComparison.Ordinal);
        Assert.Contains("is no member", Vote(next with { Id = new MemberId(99) }), StringComparison.Ordinal);
        Assert.Contains("hospital-1", Vote(next with { SigningKey = other.SigningKey }), StringComparison.Ordinal);
        Assert.Contains("epoch are fixed", Vote(chain.State.Members[Validator(chain, 1)]), StringComparison.Ordinal);
    }

    [Fact]
    public void M8_a_proposal_counts_no_vote_and_the_validators_decide_on_it()
    {
        var chain = new LedgerScenario();
        Member member = chain.Network.Candidate("hospital-6");
        chain.Commit((chain.Network.Dashboard, new ProposeMemberBody(member)));
        Motion motion = Assert.Single(chain.State.Motions.Open).Value;
        Assert.Equal((chain.Network.Dashboard, 0), (motion.OpenedBy, motion.Voters.Count));
        Assert.Contains("voted on already", chain.Refusal(
            chain.Network.Provider, new ProposeMemberBody(member)), StringComparison.Ordinal);
        Vote(chain, motion.Act);
        Assert.Equal("hospital-6", chain.State.Members[new MemberId(13)].Name);
        Assert.Empty(chain.State.Motions.Open);
    }

    [Fact]
    public void M9_a_vote_that_is_not_decided_in_its_blocks_lapses_and_frees_its_voters()
    {
        var chain = new LedgerScenario();
        var body = new AdmitMemberBody(chain.Network.Candidate("hospital-6"));
        chain.Commit((Validator(chain, 0), body), (Validator(chain, 1), body));
        Motion motion = Assert.Single(chain.State.Motions.Open).Value;
        Assert.Equal((new Height(1), new Height(100_001)), (motion.OpenedAt, motion.LastBlock));
        LedgerState last = chain.State with { Height = new Height(100_000) };
        Assert.Equal(13, Block(chain, last, 2, body).Members.Count);
        LedgerState lapsed = Block(chain, last, 4, new NoteBody(default));
        Assert.Empty(lapsed.Motions.Open);
        LedgerState again = Block(chain, lapsed, 2, body);
        Assert.Equal(12, again.Members.Count);
        Assert.Single(Assert.Single(again.Motions.Open).Value.Voters);
    }

    /// <summary>The state after a block with one act, of a validator or, from 4 on, of a hospital.</summary>
    private static LedgerState Block(LedgerScenario chain, LedgerState state, int sender, TransactionBody act)
    {
        MemberId id = sender < 4 ? Validator(chain, sender) : chain.Network.HospitalIds[sender - 4];
        SignedTransaction signed = chain.Network.Sign(id, state.NextNonce(id), act);
        VerifiedTransaction verified = new TransactionVerifier(chain.Network.Chain).Verify(signed, state, out _)!;
        BuiltBlock built = BlockBuilder.Build(state, [verified], chain.Now, new ReplicaId(0));
        Assert.Empty(built.Dropped);
        return built.Next;
    }

    private static void Vote(LedgerScenario chain, TransactionBody act) =>
        chain.Commit([.. Enumerable.Range(0, 3).Select(i => (Validator(chain, i), act))]);

    private static MemberId Validator(LedgerScenario chain, int i) => chain.Network.ValidatorIds[i];
}
