using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>A validator that lies in a private prediction: the asker gets the right answer all the same, and the liar,
/// or a pair with it, is named by signed words; never honest ones alone.</summary>
public class PredictionDisputeTests
{
    private static readonly Architecture Table =
        Architectures.TryCreate("mlp", new TensorShape(1, 1, 4), 2, out _)!;

    public static TheoryData<int> EveryParty => [0, 1, 2, 3];

    [Theory]
    [MemberData(nameof(EveryParty))]
    public async Task A_lie_in_any_exchange_is_settled_and_the_answer_is_right(int liar)
    {
        using var honest = new PredictionCommittee(Table);
        AssertRight(honest, await honest.AskAsync());
        ulong exchanges = honest.Exchanges;
        int named = 0;
        for (ulong target = 0; target < exchanges; target++)
        {
            using var committee = new PredictionCommittee(Table)
            {
                Liar = liar,
                States = (target + (ulong)liar) % 3 != 0,
                Lie = (attempt, messages) =>
                {
                    if (attempt == 0 && messages.Exchange == target)
                    {
                        Alter(messages, (int)target + liar);
                    }
                },
            };
            PrivateScores scores = await committee.AskAsync();
            AssertRight(committee, scores);
            named += AssertNames(committee, scores, liar);
        }

        Assert.True(exchanges > 12 && named > 0.8 * exchanges, $"{named} of {exchanges} lies were settled");
    }

    /// <summary>The second conflict convicts, and the answer is that of the honest three.</summary>
    [Fact]
    public async Task One_of_a_pair_that_lies_again_is_named_alone()
    {
        using var committee = new PredictionCommittee(Table)
        {
            Liar = 1,
            Lie = (_, messages) =>
            {
                // Among three a value is vouched for by nobody: the lie that is noticed is a wrong length.
                if (messages.Exchange == 6)
                {
                    ForEach(messages, (peer, m) => messages.Send(peer, m[..^1]));
                }
            },
        };
        PrivateScores scores = await committee.AskAsync();
        AssertRight(committee, scores);
        Assert.Equal(committee.Terms.Committee[1], Assert.Single(scores.Suspects));
    }

    /// <summary>With the other one of a pair left out nobody vouches for what the liar sends; but each share of the
    /// scores is told by two, and what it bent at one of them does not fit the other.</summary>
    [Fact]
    public async Task One_of_a_pair_that_bends_values_among_three_is_named_alone()
    {
        using var committee = new PredictionCommittee(Table)
        {
            Liar = 1,
            Lie = (attempt, messages) =>
            {
                if (attempt == 0 ? messages.Exchange == 5 : messages.Exchange >= MpcSession.KeyExchanges)
                {
                    ForEach(messages, (peer, m) =>
                    {
                        byte[] altered = m.ToArray();
                        altered.AsSpan().Fill(0x55);
                        messages.Send(peer, altered);
                    });
                }
            },
        };
        PrivateScores scores = await committee.AskAsync();
        AssertRight(committee, scores);
        Assert.Equal(committee.Terms.Committee[1], Assert.Single(scores.Suspects));
    }

    [Fact]
    public async Task False_shares_in_an_answer_are_outvoted_and_name_who_told_them()
    {
        using var committee = new PredictionCommittee(Table)
        {
            Liar = 2,
            Reply = (_, _, _, told) =>
            {
                told[^1] ^= 1;
                return told;
            },
        };
        PrivateScores scores = await committee.AskAsync();
        AssertRight(committee, scores);
        Assert.Equal(committee.Terms.Committee[2], Assert.Single(scores.Suspects));
        Assert.Null(scores.Silent);
    }

    /// <summary>A report about an exchange of which honest parties have no copy any more must not leave one of them out
    /// and keep the liar.</summary>
    [Fact]
    public async Task An_invented_fault_makes_a_pair_with_its_inventor()
    {
        using var committee = new PredictionCommittee(Table)
        {
            Liar = 3,
            Reply = (asked, session, key, told) => asked.Absent is not null ? told : new PredictionWord(
                PredictionWordKind.Fault, 3, 4, 0, 1, 3, [Digest.Sha256([1])]).Encode(session, key),
        };
        PrivateScores scores = await committee.AskAsync();
        AssertRight(committee, scores);
        Assert.Contains(committee.Terms.Committee[3], scores.Suspects);
    }

    [Fact]
    public void Words_of_others_or_about_other_attempts_do_not_count()
    {
        using SigningKey key = SigningKey.TryCreate(Digest.Sha256([1]).ToArray())!;
        using SigningKey other = SigningKey.TryCreate(Digest.Sha256([2]).ToArray())!;
        Digest session = Digest.Sha256([3]);
        var word = new PredictionWord(PredictionWordKind.Fault, 2, 9, 0, 1, 2, [Digest.Sha256([4])]);
        byte[] told = word.Encode(session, key);
        Assert.NotNull(PredictionWord.TryDecode(told, session, 2, key.PublicKey));
        Assert.Null(PredictionWord.TryDecode(told, session, 1, key.PublicKey));
        Assert.Null(PredictionWord.TryDecode(told, session, 2, other.PublicKey));
        Assert.Null(PredictionWord.TryDecode(told, Digest.Sha256([5]), 2, key.PublicKey));
        Assert.Null(PredictionWord.TryDecode((word with { Reporter = 3 }).Encode(session, key), session, 2,
            key.PublicKey));
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] noise = [.. told];
            noise[random.Next(noise.Length)] ^= (byte)random.Next(1, 256);
            Assert.Null(PredictionWord.TryDecode(noise[..random.Next(noise.Length + 1)], session, 2, key.PublicKey));
            _ = PredictionInquiry.TryDecode(noise[..random.Next(noise.Length + 1)]);
        }
    }

    private static void AssertRight(PredictionCommittee committee, PrivateScores scores) =>
        Assert.All(committee.Expected().Zip(scores.Scores[0]), p => Assert.InRange(p.Second - p.First, -0.001, 0.001));

    private static int AssertNames(PredictionCommittee committee, PrivateScores scores, int liar)
    {
        Assert.True(scores.Suspects.IsEmpty || scores.Suspects.Contains(committee.Terms.Committee[liar]),
            $"blames the honest: {scores.Conflict}");
        Assert.InRange(scores.Suspects.Length, 0, 2);
        return scores.Suspects.IsEmpty ? 0 : 1;
    }

    /// <summary>The first or the last byte of one message.</summary>
    private static void Alter(ExchangeMessages messages, int turn) => ForEach(messages, (peer, m) =>
    {
        int chosen = turn / 2 % ExchangeMessages.Parties;
        if (peer == chosen || messages.Outgoing(chosen).IsEmpty)
        {
            byte[] altered = m.ToArray();
            altered[turn % 2 == 0 ? 0 : altered.Length - 1] ^= 1;
            messages.Send(peer, altered);
        }
    });

    private static void ForEach(ExchangeMessages messages, Action<int, ReadOnlyMemory<byte>> act)
    {
        for (int peer = 0; peer < ExchangeMessages.Parties; peer++)
        {
            if (messages.Outgoing(peer) is { IsEmpty: false } message)
            {
                act(peer, message);
            }
        }
    }
}
