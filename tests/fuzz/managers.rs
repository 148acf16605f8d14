//! Seeds of password managers' files: one for each shape, sealed ones with the password that the case tries.

use data_encoding::BASE64;

pub fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        r#"{"encrypted":false,"folders":[{"id":"f","name":"F"}],"items":[{"name":"n","notes":"x","folderId":"f","favorite":true,"login":{"username":"u","totp":"steam://MEME","uris":[{"uri":"a.example"}]}}]}"#,
        r#"{"encrypted":true,"passwordProtected":true,"salt":"c2FsdA==","kdfType":0,"kdfIterations":10,"encKeyValidation_DO_NOT_EDIT":"2.AAAAAAAAAAAAAAAAAAAAAA==|AAAAAAAAAAAAAAAAAAAAAA==|AAAA","data":"2.AAAA|AAAA|AAAA"}"#,
        r#"{"encrypted":true,"passwordProtected":true,"salt":"c2FsdA==","kdfType":1,"kdfIterations":1,"kdfMemory":1,"kdfParallelism":2,"encKeyValidation_DO_NOT_EDIT":"2.AAAA|AAAA|AAAA","data":""}"#,
        r#"{"exporterRpId":"x","accounts":[{"collections":[{"title":"C","items":[{"item":"i"}],"subCollections":[]}],"items":[{"id":"i","title":"T","tags":["t"],"credentials":[{"type":"basic-auth","username":{"value":"u"}},{"type":"totp","secret":"MEME","period":30,"digits":6,"algorithm":"sha1"}]}]}]}"#,
        r#"{"shared_folders":[],"records":[{"title":"T","login":"u","$type":"login","custom_fields":{"$oneTimeCode::1":["MEME"]},"folders":[{"folder":"f"}]}]}"#,
        r#"{"folders":[{"uuid":"f","title":"F"}],"items":[{"title":"T","folders":["f"],"fields":[{"type":"username","value":"u"},{"type":"totp","value":"MEME"}]}]}"#,
        r#"{"vaults":{"v":{"name":"V","items":[{"state":2,"data":{"metadata":{"name":"T"},"content":{"totpUri":"MEME"},"extraFields":[{"type":"totp","data":{"totpUri":"ME"}}]}}]}}}"#,
        r#"{"accounts":[{"vaults":[{"attrs":{"name":"V"},"items":[{"item":{"overview":{"title":"T","tags":["t"]},"details":{"loginFields":[{"designation":"username","value":"u"}],"sections":[{"fields":[{"value":{"totp":"MEME"}}]}]}}}]}]}]}"#,
        "<KeePassFile><Meta><RecycleBinUUID>b</RecycleBinUUID></Meta><Root><Group><Name>R</Name><Entry><Tags>a;b</Tags><String><Key>otp</Key><Value Protected=\"True\">TUVNRQ==</Value></String><History><Entry/></History></Entry><Group><UUID>b</UUID><Entry><String><Key>TimeOtp-Secret-Hex</Key><Value>00&#x41;&amp;</Value></String></Entry></Group></Group></Root></KeePassFile>",
        "<KeePassFile><Root><Group><Entry><String><Key>otp</Key><Value>key=MEME%3d&amp;step=30&amp;size=8&amp;type=hotp&amp;counter=1</Value></String><String><Key>TOTP Seed</Key><Value>MEME</Value></String><String><Key>TOTP Settings</Key><Value>30;S</Value></String></Entry></Group></Root></KeePassFile>",
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n\"a, \"\"b\"\"\",,u,p,MEME,true,false,t;v,\"x\ny\"\n",
        "Title,URL,Username,Password,Notes,OTPAuth\na.example (u),,u,p,,otpauth://totp/x?secret=MEME\n",
        "username,username2,username3,title,password,note,url,category,otpSecret,otpUrl\nu,,,t,p,n,,c,MEME,\n",
        "url,username,password,totp,extra,name,grouping,fav\n,u,p,ME ME,x,n,g,1\n",
        "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault\nlogin,n,a b,e,,p,x,MEME,1,2,v\n",
        "Group,Title,Username,Password,URL,Notes,TOTP\nRoot/G,t,u,p,,n,key=MEME&step=30\n",
        "folder,favorite,type,name,login_uri,login_totp\n,,1,n,,steam://MEME,n,30,6\n",
        "Display_Name;Login_Username;Login_Password;Login_URLs;Login_TOTP;Notes;Favorite\nn;u;p;;MEME;x;1\n",
        "-----BEGIN PGP MESSAGE-----\n\njA0ECQMIAKRz7kMMutj/0sACAaT26uu1LvyE22ZJxEVY5AS+ffpYEvPVBjz3mO2B\n7JfQIWO+RLxcPCcOLg8pP5o92RyGubo7IsEWxHYXAtLDliA+mJVG8onURMd8PefL\nje+aka7wMzwDsyEYhxtdfzqOkOyRop7AO0jrkfakiO6ZTx3z71vCq/fcY6VJwxMI\ndQzpX0PWlt33pNxUJel7Bs2KDT8NkL18O3xmfVDVW86RLq7+ZsPsv4w3BFbzJwO0\nX+ru/jPgmHWRGswcGj3OoZP5T3E=\n=Cjzo\n-----END PGP MESSAGE-----\n",
    ];
    // Two zip archives, and databases of KDBX 3 and 4.
    let packed = [
        "UEsDBBQAAAAIACQFdl1YLIFnhQAAAN4AAAAVAAAAUHJvdG9uIFBhc3MvZGF0YS5qc29uVY7BCsIwDIZfZeTsxav3edvNeREPweVQWNvR/htK6bvbBCcKoeRvvi+k0MbrjEynrtBmb2AvraErHTpyEK/DW6EMhg6O7XtisMFewN+wmxc1QzSaAtWWHjFAAgzTnWOWtOOr4ohYxuQ0D/3QmyRPJD47mafPCXgtZihMv2f82VTr3aq+AVBLAQIUAxQAAAAIACQFdl1YLIFnhQAAAN4AAAAVAAAAAAAAAAAAAACAAQAAAABQcm90b24gUGFzcy9kYXRhLmpzb25QSwUGAAAAAAEAAQBDAAAAuAAAAAAA",
        "UEsDBBQAAAAAACQFdl3XLNBwjQAAAI0AAAALAAAAZXhwb3J0LmRhdGF7ImFjY291bnRzIjogW3sidmF1bHRzIjogW3siaXRlbXMiOiBbeyJvdmVydmlldyI6IHsidGl0bGUiOiAiVCJ9LCAiZGV0YWlscyI6IHsic2VjdGlvbnMiOiBbeyJmaWVsZHMiOiBbeyJ2YWx1ZSI6IHsidG90cCI6ICJNRU1FIn19XX1dfX1dfV19XX1QSwECFAMUAAAAAAAkBXZd1yzQcI0AAACNAAAACwAAAAAAAAAAAAAAgAEAAAAAZXhwb3J0LmRhdGFQSwUGAAAAAAEAAQA5AAAAtgAAAAAA",
        "A9mimmf7S7UBAAMAAhAAMcHy5r9xQ1C+WAUhavxa/wMEAAEAAAAEIAABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQcQAAMDAwMDAwMDAwMDAwMDAwMFIAACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgYIAGQAAAAAAAAACCAABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQJIAAFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQoEAAIAAAAABAANCg0K+kZiBb9glR20wWJ4QLnv1kBT5R7iha8TJ0N8oZtY2VjVYstkeMybCP9qBgbuIHaO1fHzxmUSU9GQYoeWNLI8kF3v7H1g6B/aYY89yzd3otEzD9EkWdIteC5428v52Epgiw3/irco+3i88wQW4KRlOnNr/Xqmu2V7ZkW4Doz+50+FN5i9mIhrU/IKc3BVRwiCvB2Su/QQ7nC2PgcjS0TF21ioThRpYqVXGsNLtVD2f7+unm04+y4QqneKEV50z0FoCN+So1SUoGhyjbjkPPIXvjVefYH46+TCpKqlAQCOyI3xK0RtWq3sFfDa8fKxvrPCkYfzOywKbMjDIPA5+UNyjzxxMYONPHX2nHL95RW/CWkFYSaAA5u0MdKhpIaeSpeFtvNoeZqpfTPbVlFckEAc6AzKN/VZO6bPehXuMJ86MbKUURYCIKd18q7Ex4AaE5m+S0dAYOoTfsrnHGP7VvyzdHTkLVR0Iv5DT4I/ZWbDkJw=",
        "A9mimmf7S7UBAAQAAhAAAACtaPKfV29LuaNq1Hr5ZTRsAwQAAAABAAAABCAAAAABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQcQAAAAAwMDAwMDAwMDAwMDAwMDAwudAAAAAAFCBQAAACRVVUlEEAAAAJ4pixlW20dzsj38PsbwoeZCAQAAAFMgAAAAAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIFAQAAAFIIAAAAZAAAAAAAAAAFAQAAAE0IAAAAAAABAAAAAAAFAQAAAEkIAAAAAgAAAAAAAAAEAQAAAFAEAAAAAgAAAAQBAAAAVgQAAAATAAAAAAAEAAAADQoNClSWVgI8IkYGzDMN42h/HtIVU4H9YDijMOvcW12xdc0bMNSNZSdqk46fxqcU9VKDKY1U2TJP4nE/AE/YRfJHAEjW6i6hTwW4SCmzI53dfEt08KZC2yBHj2E3votfwQCi9xABAABI0sAyzbGESGOzZyvWkHY2Rrac5zrqadrI1m4plHvopWyeTbjlrH1swPxsEAAqQsXaFRraEgbgdGjp64Q73Fs4c9H17xfnPDiYfbp3puqsy/5enea12bmF8f245VcRkW1CKVkXGfYcCcJkhEXNWuwkCbeORWkjqZ8u8iHcrY7466xVeSqurm634NsvLGOb33EitNjoDWGfo/NvASRZYlXZRAOyp7Z07L29J5JHiLh32ynY7eEE2BPtk94hTyXOLEDpa827fwih3j4lSQ5PMFtClPayRIjXEP63iP7Ti8eupkCK5twHJTZa63wHOTzwJjqmnBUF9oz+aCOtBXGlGcE5EuvyAYUW4Yo73dufcP4Cq+G1DXjllaUx2rITKNlG3W/ZjgLCv4Ku3be7L1ax1WVyAAAAAA==",
    ];
    let texts = texts.iter().map(|text| text.as_bytes().to_vec());
    texts.chain(packed.iter().map(|text| BASE64.decode(text.as_bytes()).unwrap())).collect()
}
