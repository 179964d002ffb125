"""Lines as newsrooms lay them out, and lines of a story that look like them; all invented for this project."""

PROMO = """\
♡ 113
[MUST READ] Why the pool of Holm is green
Most viewed ◦ Three pools, one lifeguard
More on the lake ▸ Who owns the water?
Read moreThe night the boiler burst
Also Read:
In this section
Tags Pools Water Holm
Deutsch | English | Français
READ: The lifeguard who cannot swim
[ Why the pools of Holm are getting smaller ]
Jobs near you: lifeguard, Marlow, 30 hours
Nominate your swimmer of the year by 30 May
Did you find this story helpful?
This advertisement has not loaded yet.
To watch this video please enable JavaScript.
https://echo.example/4tKq2
Related topics: Harbours / ferries / fares
More stories on: Water | Courts | Holm
Anyone affected by the issues in this report can find help at the places listed below.
Leer en español
Read this story in Welsh
Heard on Marlow Mornings
LISTEN · 4:12
Audio (12:40)
Purchase Licensing Rights
Jump to comments (opens in new window)
IN THIS SECTION  Ferry fares rise again  •  Holm loses its last bank
Save  |  Print  |  Share
News  Marlow  Roads & Rail
Corrections policy | Send a tip | Report an error
♡ 41    💬 7    ⟲ 3    Share
Remaining free stories this month: 2
We'd love to hear from you: write to the letters page
If you know more, you can reach us on Signal
Your trial has ended. Continue Reading
Please refresh for the newest version, or tap here to follow us on WhatsApp
Follow Marlow Sport on Facebook, Instagram and X.
More stories on Water | Roads | Holm
Social Sharing
Follow us on Facebook and Instagram.
Follow the Echo on WhatsApp for the day's headlines.
Find us on Bluesky, Mastodon and Threads
Tell us what you think of the plans in the comments below.
Send your photos of the flood to pictures@echo.example
Share your memories of the baths with us: memories@echo.example
Our reporters want to hear from you. Write to us at desk@echo.example or use the form.
Were you at the match? Send us your pictures.
Get unlimited digital access for 1 crown a month
Already subscribed? Log in
Unlock this story and thousands more. Subscribe today.
This article is for subscribers only. To go on reading, log in or subscribe.
You have read 3 of 5 free articles this month
To read the full story, become a member
Gift this article to a friend
Listen to the Deep End podcast on all platforms
New episode: The Deep End, with Oda Renn – listen now
Hear more from the swimmers in our podcast, The Deep End.
Watch the full debate on our YouTube channel.
Watch live: the council votes
WATCH | Swimmers leave the hall
Video: the moment the roof came down
Tap to see the gallery
See our full list of opening hours
See the full results for Marlow Reach here
Full coverage: The Marlow baths
Complete coverage of the budget
More on the baths
More stories from Marlow Reach
More stories like this
Read the full interview on Saturday
Read more about the plans here.
Read next
Read Oda Renn's column: The cold truth
READ ALSO >> How the roof was lost
Also on echo.example: the ten best pools in the north
Elsewhere on the site: the ten best pools in the north
From the archive: How the baths were built
Don’t miss out on the latest from Marlow: turn on notifications
Turn on alerts to get the news first
Add the Echo to your home screen
Make the Echo a preferred source on your search engine
Download the Echo app from the App Store or Google Play
Stay updated with all the latest sports news on the Echo app.
Catch the latest updates on our live page
For the latest news from Marlow Reach, visit echo.example
For more local news, visit the Echo website.
For more stories like this, see echo.example/baths
To stay up to date with the latest from the council, follow our page
Keep up with the council on our politics page
Buy tickets for the gala here
Book tickets at the box office or online at baths.example
Tickets for the gala cost 8 crowns and are on sale now at baths.example
The Cold Truth by Oda Renn (Weil Press, 20 crowns). Buy a copy at shop.echo.example
Shop the best swimming goggles of the season
SHOP NOW
Save 20 % on swimwear with our discount code
Enter our competition to win a season ticket
Play today's crossword
Puzzles: try our daily sudoku
Take the quiz
Quiz of the week: how much do you know about pools?
Test yourself with our pool quiz
Vote: should the pool stay open?
POLL: Will you swim this winter?
Have your say in the comments
Leave a comment
View comments
32 Comments
Comments (8)
Join the 212 people who commented
Comments are closed
Log in to comment
Post a comment
Related topics: Marlow Reach, swimming
Topics: Marlow Reach | Swimming | Council
Tags: council, baths, Marlow
TAGS
Filed under: Swimming
More in News
Most viewed in Marlow
Popular now
Latest in Marlow Reach
Top stories
Today's top stories
What others are reading
People also read
Readers also liked
You may have missed
Editors' picks
Explore more on these topics
Keep reading
Next article
Next: The seal who came to dinner
Previous: The bandstand is green
« Previous story
Back to homepage
Skip advertisement
Advertisement - continue reading below
Article continues after this advert
The story continues after the photo gallery.
REMOVE ADS
Ad feature
Promoted stories
AP swimming: https://apwire.example/swimming
More AP swimming: https://apwire.example/hub/swimming
___ More swimming: https://wire.example/swim
Facebook
Share to WhatsApp
Copy Link
Print
Share this:
Share this article via email
Click to share on Facebook
Support the Echo: donate from 5 crowns
Support independent reporting from Marlow Reach.
The Echo relies on its readers. Please consider a donation.
If you value our work, please consider supporting us.
Know something? Contact our investigations desk in confidence on 0800 000 000.
Do you have a story for us? Call 0800 000 000
Got a question about the baths? Ask our experts.
Contact the author: oda.renn@echo.example
Contact us: 0800 000 000
Our sister title the Gannet has more on this
Key events
Jump to comments
Show key events only
LIVE: Follow the storm hour by hour
Follow live: Marlow v Holm
As it happened: the night the roof fell
Recap: how the vote went
Infographic: the baths in numbers
Podcast | The Deep End: who pays?
In Depth: The price of water
Editorial: Keep the baths
Letters: Readers on the baths
Column: The cold truth
Watch this: a seal in the shallow end
▶ A seal in the shallow end
➡️ A seal in the shallow end
👉 Join our WhatsApp group for swimmers
📲 Get the Echo on your phone
>> Bandstand to be painted
* Bandstand to be painted – in pictures
(This story continues on page 4)
Continued on page 4
Turn to page 4
See page 4
See also page 12
More: page 4
Sport: pages 20–24
2h ago The roof is closed to visitors
00:41 Watch the roof come down
Why the baths matter to Marlow Reach Read more
Related Why the baths matter to Marlow Reach
Marlow baths:Council votes to keep them open
COUNCIL VOTES TO KEEP BATHS OPEN FOR TWO WINTERS
Cold comfort: how a town saved its baths
Story saved
You can now listen to Echo articles
Cold Comfort by Oda Renn is published by Weil Press at £12
Do you know more? Reach our reporters on Signal
""".splitlines()

NEWSLETTER = """\
By providing an email address, you agree to the terms of the Echo
Leave us your email for Lane Four, weekdays at ten
Type your email… Subscribe
The Splash, a digest of the week in the water, reaches inboxes at noon. Subscribe
Join 9,000 swimmers, parents and neighbours who read The Splash each Sunday
Skip past newsletter promotion
Headlines from the lake, every weekday at noon, straight to you. Subscribe free
Evening, and welcome back to Low Tide, a weekly email about the harbour.
Sign up for The Splash, our swimming newsletter.
Sign up for Ballot Notes. Every Friday, free.
Sign up here for the Echo Weekend email
Get our morning headlines by email
Get The Splash delivered to your inbox every Friday
The Splash: the week in swimming, every Friday by email. Sign up
The Splash lands in your inbox on Fridays. Sign up to get it.
Like what you read? Get more of it in our weekly newsletter.
Our free newsletter brings you the best of the week.
Thanks for signing up to the Splash newsletter
By signing up you agree to receive emails from the Echo
You can unsubscribe at any time.
Enter your email address
Sign me up
A round-up of the news, in your inbox at six. Subscribe free
Subscribe to The Splash, a weekly email about water
Join 40,000 readers of our daily briefing
The week's best reads, every Saturday morning: sign up to Long Lanes
""".splitlines()

CORRECTION = """\
Corrigendum: The pool has six lanes, and not four as printed on page 2 on Monday.
WE GOT IT WRONG: In Friday's paper the pool was said to be salt water. It is not.
* We apologise to Mr Moor for leaving out his title.
(This May 3 story has been refiled to fix the spelling of Marlow)
Amended: the roof cost 4 million. A sum of 40 million stood in our first edition.
In the audio of this story, as in an earlier web version, we incorrectly say that the pool is closed.
March 4, 2026: This piece now has the mayor's answer and has been updated.
Clarification (4 March, 9:15): The lottery paid for the roof, not for the pumps
Update, 11:32: a comment wrongly attributed to the clerk was removed.
(Updates with the mayor's comment in the last paragraph. An earlier version gave a wrong sum.)
In our report of May 3 we said that the pool had four lanes. It has six.
We are glad to set the record straight.
This story was corrected on March 4 to say that the pool is in Marlow Reach.
A previous version of this story gave the wrong year.
A correction was made on March 4: an earlier version misstated the year.
Correction appended: the pool opened in 1961.
We have corrected the year in paragraph three.
UPDATE: This story adds comment from the mayor in the last paragraph.
Updated at 11.40: the figure in the headline was corrected.
• An earlier version of this article said that the pool closed in 1999. It closed in 1989.
(This story has been corrected to fix the spelling of Marlow in paragraph 2)
(Adds mayor's comment, background)
The headline of this piece was changed after publication.
In Saturday's report on the baths we gave the year as 1916. It was 1961. We apologise for the error.
Due to a production error, the table on page 3 showed last year's prices.
Editors' note, March 4: The clerk's name was spelled wrongly in an earlier version.
CLARIFICATION — The cost of 4 million crowns includes the roof.
For the record: the mayor was elected in 2019, not 2018.
""".splitlines()

CAPTION = """\
Swimmers wait outside the baths on Monday. (Echo photo by Jana Weil)
The diving board on Monday.—Handout/Holm Police
Swimmers leave the baths in Marlow. NWA/Jana Weil/File Photo
Swimmers leave the baths on July 29. ECHO PHOTO: JANA WEIL
Swimmers leave the baths. Photographer: Jana Weil/Northwire
The diving board on Feb. 12. (Jana Weil)
Swimmers fill jugs at the baths. Jana Weil for The Marlow Echo
Swimmers read by lamplight at the baths | Jana Weil
A still from a video that a swimmer made
Some of the swimmers at the lake
Mr Paul Moor
Collected photo
Oda Renn says her house still smells of mud. (Marlow Radio: Ada Quist)
Oda Renn at the gate this month. She has since moved. Credit...Ada Quist for The Marlow Echo
An artist's impression of the new baths at Holm
Aerial view of the harbour after the storm. (Renn Aerials)
Featured image: Oda Renn
The ferry at Holm Image: Newsfoto
Swimmers at the gate on May 3. Photo credit: Paul Moor
The pool on Monday. Picture by Jana Weil
The pool on Monday [Jana Weil/Northwire]
The pool on Monday (Northwire/Jana Weil)
The pool on Monday. © Jana Weil
The pool on Monday – Jana Weil/Northwire
The pool on Monday. Credit: Jana Weil
The pool on Monday.Credit: Jana Weil
The pool on Monday. AFP
The pool on Monday. (NWA Photo/Jana Weil)
The pool on Monday. | Photo Credit: Jana Weil
The pool on Monday. Photo: supplied
The pool on Monday (supplied)
The pool on Monday (stock image)
The mayor, Ada Quist (left), with the clerk, Paul Moor. Image: Jana Weil
From left: Ada Quist, Paul Moor and Oda Renn
L-R: Ada Quist, Paul Moor and Oda Renn at the baths
Ada Quist, pictured in 2019
Mayor Ada Quist in front of the baths on Monday
Image: Jana Weil
Photos: Jana Weil, Tom Ardal
Photo by Jana Weil/Northwire
Photograph: Jana Weil for the Echo
Picture: Jana Weil. Buy this photo
Photo credit: Marlow Council
Courtesy of Marlow Council
Map: where the baths are. Source: Marlow Council
FILE - Ada Quist, mayor of Marlow Reach, speaks at the baths on March 2, 2026. (AP Photo/Jana Weil, File)
Image source, Jana Weil
Image caption, The pool was built in 1961
A child dives in. Photograph: Jana Weil
Jana Weil / Northwire via Getty Images
[1/2] Swimmers leave the hall on Monday. NORTHWIRE/Jana Weil
Swimmers leave the hall on Monday JANA WEIL
Swimmers leave the hall Image: Jana Weil/Northwire
Swimmers leave the hall. Purchase Licensing Rights
The pool on Monday (Submitted by Jana Weil)
""".splitlines()

CREDIT = """\
Oda Renn and Paul Moor, Holm, also contributed to this story
Oda Renn contributed research. Paul Moor contributed design.
Copyediting by Oda Renn. Fact checking: Paul Moor.
Digital production: Oda Renn
Camera and sound: Oda Renn
This programme was produced by Oda Renn and edited by Paul Moor.
Research on the lake provided by the Holm Data Desk.
Thanks to Paul Moor for counting the lanes.
Submitted to the Echo by the Marlow Rowing Club
With a report from Oda Renn
OR / NWA
Lakeside Agency-Own Correspondent
To contact the editor responsible for this story: Oda Renn in Holm
— With assistance from Oda de Renn and Paul Moor
The radio version of this story was produced by Ada Quist and edited by Paul Moor.
This report by Northern Wire Agency was first published May 3, 2026.
Data visualisation by Oda Renn
Additional reporting by Oda Renn and agencies
With additional reporting from Oda Renn in Holm
With reporting by Oda Renn
With Oda Renn in Holm
With contributions from Oda Renn
Oda Renn in Holm contributed to this story
Paul Moor reported from Holm and Oda Renn from Marlow Reach.
Reporting from Holm; additional reporting by Paul Moor
Editing by Paul Moor
Edited by Paul Moor and Oda Renn
Copy editor: Paul Moor
Translated from the French by Oda Renn
Translation: Oda Renn
Research: Oda Renn
Fact-checking by Oda Renn
Photography by Jana Weil
Photographs: Jana Weil
Illustrations: Tom Ardal
Design: Tom Ardal. Development: Oda Renn
Data: Marlow Council; graphics: Tom Ardal
Producer: Oda Renn
(NWA)
– NWA
- with agencies
(with Northwire)
Source: Northwire
Sources: Northwire, AFP
NWA/Coastwire
This report includes material from Northwire.
The Associated Press contributed to this report.
(Compiled by Oda Renn; edited by Paul Moor)
[With inputs from NWA]
or/pm (NWA, Coastwire)
Echo photographer Jana Weil contributed.
Paul Moor contributed research.
Northwire with NWA
(Echo with agencies)
""".splitlines()

NOTICE = """\
© Northwire
Copyright Lakeside Papers Ltd, Marlow Reach
The Marlow Echo is funded in part by the swimmers' union, which has no part in our reporting.
Opinions in this column are not those of the Echo.
Transcripts are made in haste and may hold mistakes.
18+. Please swim and bet with care.
Members only
Reproduction of this page without written permission is prohibited.
Printed and published by Lakeside Papers, Marlow Reach.
Our reporter travelled to the lake as a guest of Visit Marlow, and stayed courtesy of the Lake Hotel.
When you order through a link on our site, we earn a commission.
Regulated by the Press Council of Holm.
All prices delayed by at least ten minutes.
This audio was made by a machine.
I own no shares in any firm that this column names.
- Lake District Reporting is funded by the Moor Trust and Marlow Radio
We acknowledge the Reed People as the first owners of the land on which we work.
This service may include material from Northern Wire, which may not be copied.
We need your consent to load this video. We use cookies to count how often it is seen.
(c) Copyright Northern Wire 2026. Click For Restrictions
Please note that this article is a guide only and does not replace advice from a lawyer.
Comments on this story are closed for legal reasons.
To comment you must hold an account. By posting you accept our rules.
The Marlow Echo is a member of the Press Standards Panel and follows its standards code.
Full disclosure: Renn's brother swims there.
Reedwire is funded by the Moor Trust but editorially independent.
A grant from the lake fund pays for part of our reporting; nobody outside sees it early.
Support for Marlow Radio comes from listeners like you.
Published in The Marlow Echo, May 3rd, 2026
This article was produced with funding from the Lake Foundation.
© Marlow Echo 2026. Marlow Echo is a company of its readers.
© 2026 Marlow Echo Ltd. All rights reserved.
Copyright 2026 Northwire. All rights reserved. This material may not be published or redistributed.
The views expressed in this column are the author's own.
Opinions expressed here are those of the author and not of the Echo.
This article is republished from Open Lanes under a Creative Commons licence. Read the original article.
This work is licensed under CC BY 4.0
This story was produced with the support of the Lark Foundation.
This project is funded by the Lark Foundation, which had no say in its content.
Support for this series comes from the Lark Foundation.
The Echo receives funding from the Lark Foundation.
Paid for by Marlow Tiles
Partner content in association with Marlow Tiles
In partnership with Marlow Tiles
We may earn a commission from links on this page.
This article contains affiliate links.
Prices were correct at the time of publication.
This is not financial advice.
Information given here is general and no substitute for medical advice.
Marlow Echo Ltd, registered office: 4 Quay Street, Marlow Reach. Company no. 0000000
The Echo is a member of the Press Standards Board. To complain, see our code.
We follow the code of the Press Standards Board. If you have a complaint, write to the readers' editor.
Registered charity number 0000000
Terms and conditions apply.
Privacy policy | Terms of use | Cookies
This site is protected by a captcha and its terms apply.
(This story has not been edited by Echo staff and is published from a wire feed.)
Disclosure: Oda Renn owns shares in Marlow Tiles.
The author has no conflict of interest to declare.
Reproduced with permission of the Gannet.
This article first appeared in the Gannet on 1 March.
Originally published in the Gannet.
This interview has been edited and condensed for clarity.
Some names have been changed.
Warning: this article contains details of an accident that some readers may find distressing.
This content was produced by our commercial team.
Our Standards: the Northwire code
Disclosure statement Oda Renn does not work for Marlow Tiles.
Oda Renn does not work for, consult or own shares in Marlow Tiles.
(Except for the headline, this story has not been edited by Echo staff.)
The Echo is a non-profit newsroom that covers Marlow Reach.
The Echo is not responsible for the content of other sites.
The Echo looks into water. This story was reported with support from the Lark Foundation.
The Lark Foundation has no say in what we publish.
Republish our stories for free.
""".splitlines()

STORY_LINES = """\
A correction to the plan will be voted on in June, the clerk said.
An earlier version of the bill was amended by one vote.
The agency corrected an error in its books in June.
The engineer apologised for the mistake.
The union contributed to the fund for the roof.
Donors contributed research worth a million.
The report was edited by three lawyers, he said.
Funding for the baths comes from the lottery, according to the treasurer.
The club is funded by its members.
The council holds a stake in the brewery.
The editor of the parish letter swims every day.
The permission was withdrawn in May.
The firm is not liable, its lawyer argued.
The newsletter of the club has 40 readers.
Every morning an email from the mayor lands in the inbox of the clerk.
She sent the email on Friday.
The nearest pool is in Holm (Westmark).
He put down his brush. Then the roof fell in.
More to follow.
Details later…
People affected by the flood were housed in the gym.
Every morning he had to sign a list.
Reporting on the lake is funded by nobody, he joked.
Comments must be heard, the judge found.
We acknowledge that the roof leaked, the council wrote.
Please note the step.
Comments on the plan are open until Friday.
The mayor is a member of the rowing club.
Support for the mayor comes from the old town.
The book was published in Marlow in 2019.
Report by report, the case grew.
In our town, Renn said, nobody locks a door.
We said no, and we meant it.
Listen at 4:12 in the morning and you hear the pumps.
She was heard on the radio in every kitchen of the valley.
Free articles of clothing were left by the door every week.
A grant pays for the roof.
An artist's impression of the baths was shown to the council.
Follow the money and you reach Holm.
Tell us the truth, the crowd shouted, and the mayor did.
Send in the divers, the clerk said.
Share of the vote: 41%
Share of the cost: a third
Get out of the water, they were told.
Watch the tide, fishermen say, and never turn your back on it.
Read aloud, the letter took nine minutes.
Book prices rose by a tenth.
Books by the clerk fill a shelf.
Tickets cost 8 crowns then.
Vote early, the posters said.
Polls close at eight.
Comments by the mayor angered the union.
Topics ranged from chlorine to ducks.
Tags were found on four of the seals.
Sponsored by a brewery, the club bought a boat.
Support has grown since the spring, she said.
Supporters of the plan wore blue.
Sign-ups for lessons doubled.
Alerts went out at noon.
Newsletters of the club call it a scandal.
Email traffic between the two stopped in May.
Correction tape covered two of the names.
Updated plans will be shown in May.
Updates to the pumps cost a million.
The original version of the plan had two pools.
An earlier vote had failed by one.
Pictured on every banknote, the bridge is loved.
Photos of the dive went round the world.
Left: nothing but the tiles.
Reporting the leak cost her the job.
Editing the plan took a night.
With agencies in three towns, the firm can wait.
Sources at the council say the roof will go.
Source: the river, in other words.
The Associated Pools of Holm contributed to the roof.
Views of the sea cost more.
Opinions differ.
Terms and conditions were read out in court.
Prices were correct, the auditor found.
Warning signs had been there for years.
Names have been given to all nine seals.
Funding comes from three towns, the treasurer said.
Privacy was the point, the swimmers' lawyer argued.
Play stopped at four.
Play resumed after tea, with Holm 40 behind.
Shop owners fear the winter.
Win or lose, the club will go on.
Enter the mayor, in a borrowed swimsuit.
Keep reading the meter, the engineer told him.
Next came the ducks.
Next: the roof.
Find the leak first, the engineer says.
Turn to the books and the loss is plain.
Log books were missing.
Add the cost of heating and the loss doubles.
Call it luck.
Call us naive, she says, but we believed him.
Know-how was lost when the old crew left.
Our town is proud of its baths, the mayor said.
Our reporter was asked to leave the hall.
You can see the leak from the road.
Your water bill pays for it, he told the meeting.
Members get in free on Sundays.
For more than a year nothing happened.
For more on the plan, councillors had to wait until May.
More swimmers, more trouble.
To read the file she had to travel to Holm.
To comment would be wrong, the clerk said.
This story has no hero.
This article of the charter was never used.
This is not advice, the clerk added; it is an order.
Visit the baths on a Sunday and you hear four languages.
Download the form, fill it in, wait: that is how it works in Holm.
Subscribe to that theory and the rest follows.
Registered nurses stood by.
Copyright was never the point.
Live music is to return in May.
Latest figures show a fall of a third.
Top of the list is the roof.
Popular with families, the pool opens at six.
Related to the mayor by marriage, the builder kept quiet.
Also on the list: a boiler, two doors and a duck.
Elsewhere the rain was worse.
Continued rain filled the cellar.
Skip the diving, doctors told him.
Continue or stop: that was the question.
By midnight it was over.
In pictures of that year the hall looks new.
Attendance: 4,210
Result: Marlow 2, Holm 1
Goals: Quist 4, 61; Moor 77
Open daily, 6am to 9pm, 4 crowns
Where: the baths, Quay Street
Verdict: four stars
Rating: 4/5
Tomorrow: rain, 9C
The roof, she said, was the least of it — and nobody laughed.
Watch out for the step, the sign says.
Read into it what you like.
Holm has no say in the plan.
Two towns receive water from the lake.
Related or not, the two cases will be heard together.
Quist does not work for the council and never did.
The story of the baths first appeared on a wall.
""".splitlines()
