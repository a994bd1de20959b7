using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

public enum PredictionWordKind : byte
{
    /// <summary>The attempt failed at this validator by what a peer sent.</summary>
    Fault = 2,

    /// <summary>What this validator sent, or vouched for, on the channel that a fault names.</summary>
    Statement = 3,

    /// <summary>The attempt failed at this validator because nothing came from a peer.</summary>
    Silence = 4,
}

/// <summary>What a validator says of a private prediction that failed, in place of an answer, under its signature: two
/// words that contradict each other are evidence for everybody. Digests are those of the
/// <see cref="DisputeJournal"/>; they tell nothing of a value.</summary>
/// <param name="Party">Seat of the speaker.</param>
/// <param name="Accused">Seat of the sender.</param>
/// <param name="Witness">Seat that vouched for what was sent; the accused itself where nobody did.</param>
/// <param name="Reporter">Seat of the receiver, at which the attempt failed.</param>
public sealed record PredictionWord(PredictionWordKind Kind, int Party, ulong Exchange, int Accused, int Witness,
    int Reporter, ImmutableArray<Digest> Digests)
{
    private const int DigestsMax = 3;

    public Signature Signature { get; init; }

    /// <summary>Of the attempt of this party that ended so.</summary>
    public static PredictionWord Of(int party, MpcAbortException abort) => new(
        abort.Cause == AbortCause.Silent ? PredictionWordKind.Silence : PredictionWordKind.Fault, party,
        abort.Exchange, abort.Suspect, abort.Seen.IsEmpty ? abort.Suspect : abort.OtherSuspect, party, abort.Seen);

    /// <param name="session">Names the attempt; the word is about no other.</param>
    public byte[] Encode(Digest session, SigningKey key) =>
        Content().Signature(key.Sign(Subject(session))).ToArray();

    /// <summary>Null where the bytes are no word about this attempt with that validator's signature.</summary>
    public static PredictionWord? TryDecode(ReadOnlySpan<byte> bytes, Digest session, int party, PublicKey key)
    {
        var reader = new CanonicalReader(bytes);
        var word = new PredictionWord(reader.Enum<PredictionWordKind>(), reader.Byte(), reader.UInt64(), reader.Byte(),
            reader.Byte(), reader.Byte(), reader.List(DigestsMax, (ref CanonicalReader r) => r.Digest()));
        word = word with { Signature = reader.Signature() };
        bool known = reader.Finish() && word.Party == party && (word.Digests.Length is 0 or 1 or DigestsMax)
            && new[] { word.Accused, word.Witness, word.Reporter }.All(p => p < ExchangeMessages.Parties)
            && (word.Kind == PredictionWordKind.Statement || word.Reporter == party) && word.Accused != word.Reporter
            && word.Witness != word.Reporter;
        return known && Secp256k1.Verify(key, word.Subject(session), word.Signature) ? word : null;
    }

    private Digest Subject(Digest session) => Digest.Of("prediction-word", session, Content().Written);

    private CanonicalWriter Content() => new CanonicalWriter(256).Byte((byte)Kind).Byte((byte)Party).UInt64(Exchange)
        .Byte((byte)Accused).Byte((byte)Witness).Byte((byte)Reporter).List(Digests, (w, d) => w.Digest(d));
}

/// <summary>The asker's question to one of the two whom a fault names.</summary>
public sealed record PredictionInquiry(Digest Session, ulong Exchange, int Accused, int Witness, int Reporter)
{
    private const byte Version = 2;

    /// <summary>Whether these bytes are meant as an inquiry and not as a question.</summary>
    public static bool IsMeant(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] == Version;

    public byte[] Encode() => new CanonicalWriter(64).Byte(Version).Digest(Session).UInt64(Exchange)
        .Byte((byte)Accused).Byte((byte)Witness).Byte((byte)Reporter).ToArray();

    public static PredictionInquiry? TryDecode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        bool known = reader.Byte() == Version;
        var inquiry = new PredictionInquiry(
            reader.Digest(), reader.UInt64(), reader.Byte(), reader.Byte(), reader.Byte());
        return reader.Finish() && known
            && new HashSet<int> { inquiry.Accused, inquiry.Witness, inquiry.Reporter } is { Count: 3 } seats
            && seats.Max() < ExchangeMessages.Parties ? inquiry : null;
    }
}
