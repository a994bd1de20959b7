using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>What an edge server answers, by kind of question, and to whom.</summary>
public sealed class EdgeAnswers
{
    private readonly Dictionary<byte, Answer> _answers = [];

    /// <summary>Takes the body of a question and gives the body of the answer.</summary>
    internal delegate ValueTask<byte[]> Answer(Member client, ReadOnlyMemory<byte> question, CancellationToken stop);

    /// <param name="denial">Null where the member may ask this; else why not.</param>
    /// <param name="answer">May throw <see cref="EdgeCallException"/>; its message goes to the client.</param>
    public EdgeAnswers On<TQuestion, TAnswer>(
        EdgeCall<TQuestion, TAnswer> call, Func<Member, string?> denial,
        Func<Member, TQuestion, CancellationToken, ValueTask<TAnswer>> answer)
    {
        _answers.Add(call.Kind, async (client, body, stop) =>
        {
            if (denial(client) is { } why)
            {
                throw new EdgeCallException(EdgeFault.Denied, why);
            }

            return call.Question.TryDecode(body.Span, out TQuestion question, out string? fault)
                ? call.Answer.Encode(await answer(client, question, stop))
                : throw new EdgeCallException(EdgeFault.Refused, $"malformed question '{call}': {fault}");
        });
        return this;
    }

    internal Answer? Of(byte kind) => _answers.GetValueOrDefault(kind);
}
