using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

public class AdmissionTests
{
    [Fact]
    public void M1_the_third_of_four_equal_votes_admits_a_member_under_the_next_number()
    {
        var chain = new LedgerScenario();
        var body = new AdmitMemberBody(chain.Network.Candidate("hospital-6"));
        chain.Commit((Validator(chain, 0), body), (Validator(chain, 1), body));
        Assert.Equal(2, Assert.Single(chain.State.AdmissionVotes).Value.Count);
        Assert.Equal(12, chain.State.Members.Count);
        chain.Commit((Validator(chain, 3), body));
        Assert.Equal("hospital-6", chain.State.Members[new MemberId(13)].Name);
        Assert.Empty(chain.State.AdmissionVotes);
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
        Assert.Equal(3, chain.State.AdmissionVotes.Count);
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

    private static MemberId Validator(LedgerScenario chain, int i) => chain.Network.ValidatorIds[i];
}
