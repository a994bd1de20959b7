using System.Collections.Immutable;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class PrivatePredictionTests
{
    [Fact]
    public async Task Four_validators_score_a_record_that_none_of_them_sees()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: false);
        await cluster.SettleAsync();
        long[] record = Record(3);
        PrivateScores scores = await PrivatePrediction.AskAsync(
            Terms(cluster, round), record, Ask(cluster), RandomNumberGenerator.Fill, CancellationToken.None);
        Assert.Null(scores.Silent);
        AssertScores(round, record, scores);
        Assert.True(scores.BytesSent > 0 && scores.Exchanges > 3);
    }

    [Fact]
    public async Task Three_validators_answer_where_the_fourth_is_dead()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: false);
        await cluster.SettleAsync();
        await cluster.StopAsync(2);
        long[] record = [.. Record(4), .. Record(5)];
        PrivateScores scores = await PrivatePrediction.AskAsync(
            Terms(cluster, round), record, Ask(cluster, dead: 2), RandomNumberGenerator.Fill, CancellationToken.None);
        Assert.Equal(cluster.Genesis.Validators()[2], scores.Silent);
        Assert.Equal(2, scores.Scores.Length);
        AssertScores(round, record[..RoundFixture.Architecture.Input.Elements], scores);
    }

    [Fact]
    public async Task Questions_that_do_not_fit_are_refused()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: false);
        await cluster.SettleAsync();
        PredictionTerms terms = Terms(cluster, round);
        await RefusedAsync(terms with { Model = Digest.Sha256([9]) }, "is not the current model");
        await RefusedAsync(terms with { Asker = new MemberId(3) }, "not sealed to this validator and question");
        Member asker = cluster.Member("hospital-1").Member;
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            var noise = new byte[random.Next(600)];
            random.NextBytes(noise);
            var refused = await Assert.ThrowsAsync<ClientApiException>(() =>
                cluster[0].Predictions.AnswerAsync(asker, noise, CancellationToken.None).AsTask());
            Assert.StartsWith("question: ", refused.Message);
        }

        async Task RefusedAsync(PredictionTerms wrong, string reason)
        {
            var refused = await Assert.ThrowsAsync<PredictionException>(() => PrivatePrediction.AskAsync(
                wrong, Record(1), Ask(cluster), RandomNumberGenerator.Fill, CancellationToken.None));
            Assert.Contains(reason, refused.Message);
        }
    }

    [Fact]
    public void A_member_may_ask_so_often_and_no_more()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var gate = new PredictionGate(time);
        var member = new MemberId(7);
        for (int i = 0; i < PredictionGate.PerMinuteMax; i++)
        {
            Assert.Null(gate.TryEnter(member));
            gate.Leave(member);
        }

        Assert.Contains("a minute", gate.TryEnter(member));
        Assert.Null(gate.TryEnter(new MemberId(8)));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(gate.TryEnter(member));
        Assert.Null(gate.TryEnter(member));
        Assert.Contains("under way", gate.TryEnter(member));
    }

    internal static PredictionTerms Terms(NodeCluster cluster, RoundFixture round)
    {
        RunState run = round.State;
        return new PredictionTerms(cluster.Genesis.Hash(), cluster.Member("hospital-1").Member.Id,
            [.. cluster.Genesis.Validators()], run.Plan.Architecture, run.Plan.Format, run.Model);
    }

    private static AskValidator Ask(NodeCluster cluster, int dead = -1) => async (validator, question, cancellation) =>
    {
        int index = cluster.Genesis.Validators().IndexOf(validator);
        if (index == dead)
        {
            throw new LinkException($"{validator.Name} cannot be reached");
        }

        try
        {
            return await cluster[index].Predictions.AnswerAsync(
                cluster.Member("hospital-1").Member, question.ToArray(), cancellation);
        }
        catch (ClientApiException e)
        {
            throw new PredictionException(e.Message, e);
        }
    };

    private static long[] Record(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, RoundFixture.Architecture.Input.Elements)
            .Select(_ => random.NextInt64(-FixedPoint.Default.One, FixedPoint.Default.One))];
    }

    private static void AssertScores(RoundFixture round, long[] record, PrivateScores scores)
    {
        long[] plain = new PlainTwin(RoundFixture.Architecture, FixedPoint.Default)
            .Logits(round.Initial().Weights.AsSpan(), record);
        for (int k = 0; k < plain.Length; k++)
        {
            Assert.InRange(scores.Scores[0][k] - (plain[k] / Math.Pow(2, 32)), -0.001, 0.001);
        }

        Assert.Equal(1, scores.Probabilities[0].Sum(), 9);
        Assert.Equal(round.State.Model, scores.Model);
    }
}
