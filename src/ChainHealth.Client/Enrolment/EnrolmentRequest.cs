using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>An edge server's wish to be tied to the account that a code belongs to. Sent as canonical bytes by HTTP
/// POST to <see cref="Path"/>; sending it again asks how it stands.</summary>
/// <param name="Chain">Hash of the genesis that the edge server holds.</param>
/// <param name="Record">The candidate's record with number 0, or that of a member already.</param>
/// <param name="Proof">By the record's signing key: nobody enrols keys that are not theirs.</param>
public sealed record EnrolmentRequest(Digest Chain, EnrolmentCode Code, Member Record, Signature Proof)
{
    public const string Path = "/enrol";

    /// <summary>Of an encoded request.</summary>
    public const int BytesMax = 1024;

    private const byte Version = 1;

    public static EnrolmentRequest Sign(Digest chain, EnrolmentCode code, Member record, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new EnrolmentRequest(chain, code, record, key.Sign(Subject(chain, code, record)));
    }

    public bool IsProven() => Secp256k1.Verify(Record.SigningKey, Subject(Chain, Code, Record), Proof);

    public byte[] Encode()
    {
        CanonicalWriter writer = new CanonicalWriter(BytesMax).Byte(Version).Digest(Chain).Text(Code.Reveal());
        Member.Write(writer, Record);
        return writer.Signature(Proof).ToArray();
    }

    /// <summary>Null, with the reason, where the bytes are no request.</summary>
    public static EnrolmentRequest? TryDecode(ReadOnlySpan<byte> bytes, out string? fault)
    {
        var reader = new CanonicalReader(bytes);
        if (reader.Byte() != Version)
        {
            reader.Fail("not a request of this version");
        }

        Digest chain = reader.Digest();
        if (!EnrolmentCode.TryParse(reader.Text(2 * EnrolmentCode.Letters), out EnrolmentCode? code))
        {
            reader.Fail($"a code has {EnrolmentCode.Letters} letters and digits");
        }

        Member record = Member.Read(ref reader);
        Signature proof = reader.Signature();
        bool complete = reader.Finish();
        fault = reader.Fault;
        return complete ? new EnrolmentRequest(chain, code!, record, proof) : null;
    }

    public override string ToString() => $"enrolment of {Record.Name}";

    private static Digest Subject(Digest chain, EnrolmentCode code, Member record)
    {
        CanonicalWriter writer = new CanonicalWriter(BytesMax).Digest(code.Hash());
        Member.Write(writer, record);
        return Digest.Of("edge-enrolment", chain, writer.Written);
    }
}
