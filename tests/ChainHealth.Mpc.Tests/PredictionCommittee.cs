using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>Four validators that answer private predictions, with keys of their own, in this process. One of them may
/// lie in its messages to the others, and in what it says of it afterwards.</summary>
internal sealed class PredictionCommittee : IDisposable
{
    private static readonly Digest Chain = Digest.Sha256([7]);
    private static readonly MemberId Asker = new(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<Digest, Meeting> _meetings = new();
    private readonly ECDiffieHellman[] _sealing =
        [.. Enumerable.Range(0, 4).Select(_ => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256))];

    private readonly SigningKey[] _signing =
        [.. Enumerable.Range(1, 4).Select(i => SigningKey.TryCreate(Digest.Sha256([(byte)i]).ToArray())!)];

    private readonly PredictionWitness[] _witnesses;
    private readonly UpdateScene _scene;

    public PredictionCommittee(Architecture architecture)
    {
        _scene = new UpdateScene(architecture, seed: 4, records: 2);
        _witnesses = [.. _signing.Select(k => new PredictionWitness(k))];
        Terms = new PredictionTerms(Chain, Asker, [.. Enumerable.Range(0, 4).Select(p => new Member(
            new MemberId((ushort)(p + 1)), $"validator-{p + 1}", MemberRole.Validator, _signing[p].PublicKey, default,
            new ByteString(_sealing[p].ExportSubjectPublicKeyInfo()), ""))], architecture, FixedPoint.Default,
            Digest.Sha256([9]));
    }

    public PredictionTerms Terms { get; }

    /// <summary>Seat of the one that lies; null: nobody does.</summary>
    public int? Liar { get; init; }

    /// <summary>Its lies: by attempt from 0 and exchange, what is done to the messages that it sends.</summary>
    public Action<int, ExchangeMessages> Lie { get; init; } = (_, _) => { };

    /// <summary>Whether it answers inquiries.</summary>
    public bool States { get; init; } = true;

    /// <summary>What it says in place of its answer to a question; null: what it has.</summary>
    public Func<PredictionQuestion, Digest, SigningKey, byte[], byte[]>? Reply { get; init; }

    /// <summary>Exchanges of the first attempt.</summary>
    public ulong Exchanges { get; private set; }

    public async Task<PrivateScores> AskAsync()
    {
        _meetings.Clear();
        using var limit = new CancellationTokenSource(Limit);
        return await PrivatePrediction.AskAsync(
            Terms, _scene.Images[0], AnswerAsync, RandomNumberGenerator.Fill, limit.Token);
    }

    public double[] Expected() => [.. new PlainTwin(Terms.Architecture, Terms.FixedPoint)
        .Logits(_scene.Global, _scene.Images[0]).Select(l => l / Math.Pow(2, 32))];

    public void Dispose() => Array.ForEach(_signing, k => k.Dispose());

    private async Task<byte[]> AnswerAsync(
        Member validator, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        int seat = Terms.Committee.IndexOf(validator);
        if (PredictionInquiry.TryDecode(question.Span) is { } inquiry)
        {
            return (seat != Liar || States ? await _witnesses[seat].StateAsync(Asker, inquiry, cancellation) : null)
                ?? throw new PredictionException("no copy");
        }

        PredictionQuestion asked = PredictionQuestion.TryDecode(question.Span, out _)!;
        Digest session = asked.SessionId(Chain, Asker);
        byte[] reply = await ComputeAsync(seat, asked, session, cancellation);
        return seat == Liar && Reply is { } say ? say(asked, session, _signing[seat], reply) : reply;
    }

    private async Task<byte[]> ComputeAsync(
        int seat, PredictionQuestion asked, Digest session, CancellationToken cancellation)
    {
        byte[] opened = PackageSealing.TryOpen(asked.SealedPackage.Span, _sealing[seat],
            asked.SealingContext(Chain, Asker, Terms.Committee[seat].Id), PredictionQuestion.BytesMax)!;
        int elements = Terms.Architecture.Input.Elements;
        using SharePackage shares = SharePackage.TryDecode(opened, elements, out _)!;
        Assert.True(shares.Verify(seat, asked.Shares, elements) && _witnesses[seat].TryBegin(session, Asker, seat));
        Meeting meeting = _meetings.GetOrAdd(session, _ => new Meeting(_meetings.Count));
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation, meeting.Over.Token);
        var journal = new DisputeJournal();
        try
        {
            var network = new Wire(meeting.Networks[seat], messages =>
            {
                Exchanges = meeting.Number == 0 ? Math.Max(Exchanges, messages.Exchange + 1) : Exchanges;
                if (seat == Liar)
                {
                    Lie(meeting.Number, messages);
                }
            });
            using MpcSession running = await MpcSession.StartAsync(
                network, session, RandomNumberGenerator.Fill, hangUp.Token, asked.Absent, journal: journal);
            PredictionAnswer answer = await SecurePrediction.RunAsync(running, new PredictionJob(
                Terms.Architecture, Terms.FixedPoint, _scene.Global, shares, 1), hangUp.Token);
            return answer.Encode();
        }
        catch (MpcAbortException abort)
        {
            await meeting.Over.CancelAsync();
            return _witnesses[seat].Tell(session, seat, abort);
        }
        catch (OperationCanceledException)
        {
            throw new PredictionException("a connection between the validators broke");
        }
        finally
        {
            _witnesses[seat].End(session, journal);
        }
    }

    private sealed class Meeting(int number)
    {
        public int Number { get; } = number;

        public InProcessNetwork[] Networks { get; } = InProcessNetwork.Create();

        public CancellationTokenSource Over { get; } = new();
    }

    private sealed class Wire(IPartyNetwork inner, Action<ExchangeMessages> before) : IPartyNetwork
    {
        public int Party => inner.Party;

        public ValueTask ExchangeAsync(ExchangeMessages messages, CancellationToken cancellation)
        {
            before(messages);
            return inner.ExchangeAsync(messages, cancellation);
        }
    }
}
