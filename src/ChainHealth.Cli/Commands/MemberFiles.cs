using System.CommandLine;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>A member's record as a file, to be carried to those who vote on it. It holds public keys only.</summary>
internal static class MemberFiles
{
    private const int BytesMax = 1024;

    public static void Write(string path, Member member)
    {
        var writer = new CanonicalWriter();
        Member.Write(writer, member);
        File.WriteAllBytes(path, writer.ToArray());
    }

    /// <exception cref="UserError">No such file, or it is no member's record.</exception>
    public static Member Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new UserError($"there is no file {path}", "give the path of an existing file");
        }

        byte[] bytes = file.Length <= BytesMax ? File.ReadAllBytes(path) : [];
        var reader = new CanonicalReader(bytes);
        Member member = Member.Read(ref reader);
        string? fault = reader.Finish() ? GenesisRules.MemberFault(member) : reader.Fault;
        return fault is null ? member : throw UserError.Failure(
            $"{path} is no member's record: {fault}", "make one: chainhealth network enrol NAME --out FILE");
    }

    public static void Add(Command command, IEnumerable<Symbol> symbols)
    {
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else if (symbol is Option option)
            {
                command.Add(option);
            }
        }
    }
}
